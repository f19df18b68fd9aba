using System.Text.Json.Nodes;
using InferenceServices.Explainer;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.ModelTools;
using InferenceServices.Predictor;
using InferenceServices.RevisionFeatures;
using InferenceServices.Testing;
using InferenceServices.Transformer;

namespace InferenceServices.Functional.Tests.Revscoring;

/// <summary>Serves a model that <c>isvc convert revscoring</c> converted. Requests contain all features, so no wiki is called.</summary>
public sealed class ConvertedModelTests : IDisposable
{
    private const string Name = "enwiki-damaging";
    // An answer has all digits of FP64.
    private const double Tolerance = 1e-12;

    private static readonly string Fixtures = Checkout.PathOf(Path.Combine("tests", "ModelTools.Tests", "fixtures", "sklearn"));

    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public ConvertedModelTests() => _model = _folder.Below("model");

    public void Dispose() => _folder.Dispose();

    // Written by revscoring itself, and by classes of the same names.
    [Theory]
    [InlineData("library-rev-binary-scaled")]
    [InlineData("v1.2-rev-damaging")]
    public async Task The_service_answers_with_the_probabilities_of_scikit_learn(string fixture)
    {
        var golden = Convert(fixture);
        await using var predictor = await RunningServer.StartAsync(PredictorHost.Build, [$"--model_name={Name}", $"--model_dir={_model}"]);
        await using var split = await RunningServer.StartAsync(TransformerHost.Build, [.. Switches(), $"--predictor_host={predictor.Host}"]);
        await using var collocated = await RunningServer.StartAsync(TransformerHost.Build, Switches());
        foreach (var server in new[] { collocated, split })
        {
            foreach (var (body, expected) in Requests(golden))
            {
                var answer = JsonNode.Parse((await server.PostAsync($"/v1/models/{Name}:predict", body)).AssertOk().Body)!["enwiki"]!["scores"]!["7"]!["damaging"]!["score"]!;

                Assert.Equal(expected[0], answer["probability"]!["false"]!.GetValue<double>(), Tolerance);
                Assert.Equal(expected[1], answer["probability"]!["true"]!.GetValue<double>(), Tolerance);
                Assert.Equal(expected[1] > expected[0], answer["prediction"]!.GetValue<bool>());
            }
        }
    }

    [Fact]
    public async Task The_predictor_answers_with_the_probabilities_of_scikit_learn()
    {
        var golden = Convert("v1.2-rev-damaging");
        await using var predictor = await RunningServer.StartAsync(PredictorHost.Build, [$"--model_name={Name}", $"--model_dir={_model}"]);

        var answer = JsonNode.Parse((await predictor.PostAsync($"/v1/models/{Name}:predict", new JsonObject { ["instances"] = golden["rows"]!.DeepClone() }.ToJsonString())).AssertOk().Body)!;

        var expected = golden["expected"]!.AsArray();
        for (var row = 0; row < expected.Count; row++)
            for (var label = 0; label < 2; label++) Assert.Equal(expected[row]![label]!.GetValue<double>(), answer["predictions"]![row]!["probabilities"]![label]!.GetValue<double>(), Tolerance);
    }

    [Theory]
    [InlineData("library-rev-binary-scaled")]
    [InlineData("v1.2-rev-damaging")]
    public async Task The_explanation_is_exact_and_adds_up_to_the_log_odds(string fixture)
    {
        var golden = Convert(fixture);
        await using var explainer = await RunningServer.StartAsync(ExplainerHost.Build, Switches());
        foreach (var (body, expected) in Requests(golden))
        {
            var explanation = JsonNode.Parse((await explainer.PostAsync($"/v1/models/{Name}:explain", body)).AssertOk().Body)!["explanations"]![0]!;

            var method = explanation["method"]!;
            Assert.Equal(("tree_shap", true, "training"), (method["name"]!.GetValue<string>(), method["exact"]!.GetValue<bool>(), method["background"]!.GetValue<string>()));
            Assert.Equal("log_odds", explanation["explained"]!["scale"]!.GetValue<string>());
            var margin = Math.Log(expected[1] / expected[0]);
            Assert.Equal(margin, explanation["explained"]!["value"]!.GetValue<double>(), Tolerance);
            Assert.Equal(margin, explanation["explained"]!["base_value"]!.GetValue<double>() + explanation["attributions"]!.AsArray().Sum(attribution => attribution!["attribution"]!.GetValue<double>()), Tolerance);
        }
    }

    [Fact]
    public async Task A_feature_that_the_service_does_not_know_is_named_at_start()
    {
        Convert("v1.2-rev-damaging");
        File.WriteAllLines(Path.Combine(_model, "features.txt"), ["feature.nonsense", .. File.ReadAllLines(Path.Combine(_model, "features.txt"))[1..]]);

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => RunningServer.StartAsync(TransformerHost.Build, Switches()));

        Assert.Contains("Unknown feature 'feature.nonsense'", exception.ToString(), StringComparison.Ordinal);
    }

    private string[] Switches() => [$"--model_name={Name}", $"--model_dir={_model}", "--wiki_url=http://127.0.0.1:9", "--prediction_cache=false"];

    private JsonNode Convert(string fixture)
    {
        using var error = new StringWriter();
        Assert.Equal((0, ""), (IsvcProgram.Run(["convert", "revscoring", Path.Combine(Fixtures, fixture + ".model"), "--output", _model], TextWriter.Null, error), error.ToString()));
        return JsonNode.Parse(File.ReadAllText(Path.Combine(Fixtures, fixture + ".json")))!;
    }

    private IEnumerable<(string Body, double[] Expected)> Requests(JsonNode golden)
    {
        var names = File.ReadAllLines(Path.Combine(_model, "features.txt"));
        var (rows, expected) = (golden["rows"]!.AsArray(), golden["expected"]!.AsArray());
        // Values of the other rows are at thresholds, and not whole numbers where a revision has whole numbers.
        for (var row = 1; row < rows.Count; row += 2)
        {
            var features = new JsonObject(names.Select((name, index) => KeyValuePair.Create(name, ValueOf(name, rows[row]![index]!.GetValue<double>()))));
            yield return (new JsonObject { ["rev_id"] = 7, ["features"] = features }.ToJsonString(), [.. expected[row]!.AsArray().Select(value => value!.GetValue<double>())]);
        }
    }

    private static JsonNode? ValueOf(string name, double value) => FeatureList.Find(name)!.Type switch
    {
        FeatureType.Bool => value != 0,
        FeatureType.Int => (long)value,
        _ => value,
    };
}
