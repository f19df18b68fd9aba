using System.Text.Json.Nodes;
using InferenceServices.ModelTools.Tune;
using InferenceServices.Testing;

namespace InferenceServices.ModelTools.Tests;

public sealed class TuneCommandTests : IDisposable
{
    private const string Body = """{"instances":[[6.8,2.8,4.8,1.4]]}""";

    private readonly DirectoryInfo _model = Directory.CreateTempSubdirectory("modeltools-tests-");
    private readonly StringWriter _output = new(), _error = new();

    public TuneCommandTests() => File.Copy(Path.Combine(TestModels.PathOf("iris-mlp"), "model.onnx"), PathOf("model.onnx"));

    public void Dispose()
    {
        _model.Delete(recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Each_candidate_runs_under_load_and_the_best_is_compared_with_the_current_settings()
    {
        Assert.Equal(0, Tune(Body, "--dry_run"));

        foreach (var candidate in TuneSettings.CandidatesFor(Environment.ProcessorCount))
            Assert.Contains($"round 1, {candidate}: ", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("comparison 5 of 5, current settings: ", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("gain in throughput: ", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(["model.onnx"], _model.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public void A_rejected_request_ends_the_trial_with_the_answer_of_the_model()
    {
        Assert.Equal(1, Tune("""{"instances":[[1,2]]}"""));

        Assert.Contains("the model answered a request with 400", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_model_is_rejected()
    {
        File.Delete(PathOf("model.onnx"));

        Assert.Equal(1, Tune(Body));

        Assert.Contains("should be an .onnx or .ort file, or the folder that contains it", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_config_pbtxt_that_would_lose_its_effect_is_rejected()
    {
        File.WriteAllText(PathOf("config.pbtxt"), "max_batch_size: 8");

        Assert.Equal(1, Tune(Body));

        Assert.Contains("config.pbtxt, which a model-settings.json would replace", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_settings_are_retained()
    {
        File.WriteAllText(PathOf("model-settings.json"), """{"name": "iris", /* by hand */ "parameters": {"version": "3", "executors": 1}, "labels": {"y": ["a", "b"]}}""");
        using var model = new TunedModel(_model.FullName);

        model.Write(new TuneSettings(2, 4, 16), hasBatches: true);

        Assert.Equal("iris", model.Name);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"name": "iris", "parameters": {"version": "3", "executors": 4, "intra_op_num_threads": 2}, "labels": {"y": ["a", "b"]}, "max_batch_size": 16}"""),
            JsonNode.Parse(File.ReadAllText(PathOf("model-settings.json")))));
    }

    [Fact]
    public void Settings_of_a_version_are_written_where_they_are_read()
    {
        File.WriteAllText(PathOf("model-settings.json"), """{"name": "iris"}""");
        Directory.CreateDirectory(PathOf("3"));
        File.Move(PathOf("model.onnx"), PathOf("3/model.onnx"));
        using var model = new TunedModel(PathOf("3"));

        Assert.Equal(PathOf("model-settings.json"), model.SettingsPath);
    }

    // With a batch size above 1 in the settings, the server does not test whether the rows of a batch are independent.
    [Fact]
    public void A_batch_size_is_neither_tried_nor_written_as_a_declaration_that_rows_are_independent()
    {
        using var model = new TunedModel(_model.FullName);

        var copy = model.CopyWith(new TuneSettings(1, 1, 32));
        model.Write(new TuneSettings(1, 1, 32), hasBatches: false);

        Assert.DoesNotContain("max_batch_size", File.ReadAllText(Path.Combine(copy, "model-settings.json")), StringComparison.Ordinal);
        Assert.DoesNotContain("max_batch_size", File.ReadAllText(PathOf("model-settings.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_declared_batch_size_is_tried()
    {
        File.WriteAllText(PathOf("model-settings.json"), """{"max_batch_size": 4}""");
        using var model = new TunedModel(_model.FullName);

        var copy = model.CopyWith(new TuneSettings(1, 1, 32));

        Assert.Contains("\"max_batch_size\": 32", File.ReadAllText(Path.Combine(copy, "model-settings.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TuneObjective.Throughput, 200, 10, true)]
    [InlineData(TuneObjective.Throughput, 104, 1, false)]
    [InlineData(TuneObjective.P99, 100, 9, true)]
    [InlineData(TuneObjective.P99, 200, 10, false)]
    public void Settings_are_better_if_the_objective_gains_five_percent(object objective, double requestsPerSecond, double p99, bool isBetter)
    {
        var pair = (Result(100, 10), Result(requestsPerSecond, p99));

        Assert.Equal(isBetter, new TuneComparison((TuneObjective)objective, [pair, pair, pair]).IsBetter);
    }

    [Fact]
    public void Settings_that_are_worse_in_one_trial_are_not_better()
    {
        var comparison = new TuneComparison(TuneObjective.Throughput, [(Result(100, 1), Result(200, 1)), (Result(100, 1), Result(90, 1)), (Result(100, 1), Result(200, 1))]);

        Assert.Equal(2, comparison.MedianGain);
        Assert.False(comparison.IsBetter);
    }

    [Fact]
    public void Candidates_use_at_most_one_thread_per_processor()
    {
        var candidates = TuneSettings.CandidatesFor(4);

        Assert.All(candidates, settings => Assert.InRange(settings.IntraOpNumThreads * settings.Executors, 1, 4));
        Assert.Contains(new TuneSettings(4, 1, 1), candidates);
        Assert.Contains(new TuneSettings(1, 4, 128), candidates);
        Assert.Equal(candidates.Count, candidates.Distinct().Count());
    }

    private static LoadResult Result(double requestsPerSecond, double p99)
        => new(requestsPerSecond, TimeSpan.FromMilliseconds(p99 / 2), TimeSpan.FromMilliseconds(p99), HasBatches: false);

    private string PathOf(string name) => Path.Combine(_model.FullName, name);

    private int Tune(string body, params string[] more)
        => IsvcProgram.Run(["tune", _model.FullName, body, "--seconds", "0.01", "--callers", "2", .. more], _output, _error);
}
