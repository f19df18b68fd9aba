using System.Text.Json.Nodes;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference;
using InferenceServices.Inference.Repository;
using InferenceServices.ModelTools.Convert.XGBoost;
using InferenceServices.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelTools.Tests;

/// <summary>Converted models predict what XGBoost itself does; <c>fixtures/xgboost</c> was made with version 1.7.4.</summary>
public sealed class XGBoostParityTests : IDisposable
{
    // Sums of FP32 whose order may differ, and the libraries' own logistic functions.
    private const double Tolerance = 1e-6;

    private static readonly string Fixtures = Checkout.PathOf(Path.Combine("tests", "ModelTools.Tests", "fixtures", "xgboost"));

    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Models => [.. Directory.GetFiles(Fixtures, "*.expected.json").Select(file => Path.GetFileName(file)[..^".expected.json".Length])];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public void Predictions_are_XGBoosts(string name)
    {
        var output = _directory.File("out");
        XGBoostConverter.Convert(Path.Combine(Fixtures, name + ".json"), labels: null, features: null, output);
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(Fixtures, name + ".expected.json")))!;
        var rows = expected["rows"]!.AsArray();
        var values = rows.SelectMany(row => row!.AsArray()).Select(value => value?.GetValue<float>() ?? float.NaN).ToArray();

        using var response = Run(output, values, rows.Count);

        var predictions = expected["predictions"]!.AsArray();
        if (response.Outputs.Any(found => found.Name == "value"))
        {
            var found = response["value"].Values<float>().ToArray();
            for (var row = 0; row < rows.Count; row++) AssertClose(predictions[row]!.GetValue<double>(), found[row]);
            return;
        }
        var probabilities = response["probabilities"].Values<float>().ToArray().Chunk((int)response["probabilities"].Shape[1]).ToArray();
        var labels = response["label"].Values<long>().ToArray();
        for (var row = 0; row < rows.Count; row++)
        {
            double[] classes = predictions[row] is JsonArray several
                ? [.. several.Select(value => value!.GetValue<double>())]
                : [1 - predictions[row]!.GetValue<double>(), predictions[row]!.GetValue<double>()];
            Assert.Equal(classes.Length, probabilities[row].Length);
            for (var label = 0; label < classes.Length; label++) AssertClose(classes[label], probabilities[row][label]);
            Assert.Equal(probabilities[row].IndexOf(probabilities[row].Max()), labels[row]);
        }
    }

    [Fact]
    public void A_directory_has_graph_labels_and_features()
    {
        XGBoostConverter.Convert(Path.Combine(Fixtures, "binary.json"), ["false", "true"], ["a", "b", "c", "d", "e"], _directory.File("out"));

        Assert.Equal(["features.txt", "labels.txt", "model.onnx"], Directory.GetFiles(_directory.File("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["a", "b", "c", "d", "e"], File.ReadAllLines(Path.Combine(_directory.File("out"), "features.txt")));
    }

    [Theory]
    [InlineData("\"binary:logistic\"", "\"rank:pairwise\"", "its objective is rank:pairwise; these are converted: binary:logistic")]
    [InlineData("\"gbtree\"", "\"gblinear\"", "its booster is gblinear; gbtree and dart are.")]
    [InlineData("\"split_type\":[0", "\"split_type\":[1", "it splits by categories; splits by numbers are.")]
    [InlineData("\"num_target\":\"1\"", "\"num_target\":\"2\"", "it has 2 targets; models of one are.")]
    [InlineData("\"left_children\":[1", "\"left_children\":[999", "a tree has a child that there is not.")]
    [InlineData("\"left_children\":[1", "\"left_children\":[0", "a tree has a child that there is not.")]
    [InlineData("\"tree_info\":[0", "\"tree_info\":[7", "a tree is of a class that there is not.")]
    [InlineData("\"learner\"", "\"pupil\"", "is no model of XGBoost, or only a part of one")]
    [InlineData("{", "", "is no JSON")]
    public void What_cannot_be_converted_is_refused_with_a_sentence(string part, string instead, string sentence)
    {
        var json = File.ReadAllText(Path.Combine(Fixtures, "binary.json"));
        var at = json.IndexOf(part, StringComparison.Ordinal);
        var model = _directory.Write("model.json", System.Text.Encoding.UTF8.GetBytes(json[..at] + instead + json[(at + part.Length)..]));

        var refused = Assert.Throws<ModelFileException>(() => XGBoostConverter.Convert(model, null, null, _directory.File("out")));

        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory.File("out")));
    }

    [Theory]
    [InlineData("[5E-1]")]
    [InlineData("0.5")]
    public void The_base_score_of_later_versions_is_a_list(string baseScore)
    {
        var json = File.ReadAllText(Path.Combine(Fixtures, "binary.json"));
        Assert.Contains("\"base_score\":\"5E-1\"", json, StringComparison.Ordinal);
        var model = _directory.Write("model.json", System.Text.Encoding.UTF8.GetBytes(json.Replace("\"base_score\":\"5E-1\"", $"\"base_score\":\"{baseScore}\"", StringComparison.Ordinal)));

        Assert.Equal(0f, XGBoostModelFile.Read(model).Margin);
    }

    [Fact]
    public void Names_have_to_be_as_many_as_there_are_classes_and_features()
    {
        var model = Path.Combine(Fixtures, "binary.json");

        Assert.EndsWith("has 2 classes; --labels names 3.", Assert.Throws<ModelFileException>(() => XGBoostConverter.Convert(model, ["a", "b", "c"], null, _directory.File("out"))).Message, StringComparison.Ordinal);
        Assert.EndsWith("has 5 features; 1 are named.", Assert.Throws<ModelFileException>(() => XGBoostConverter.Convert(model, null, ["a"], _directory.File("out"))).Message, StringComparison.Ordinal);
    }

    private static void AssertClose(double expected, float found) => Assert.Equal(expected, found, Tolerance * Math.Max(1, Math.Abs(expected)));

    private static InferResponse Run(string directory, float[] values, int rows)
    {
        using var repository = new ModelRepository(
            Options.Create(new InferenceOptions { ModelDir = directory, IntraOpNumThreads = 1 }), NullLogger<ModelRepository>.Instance, new TestMeters());
        repository.Load();
        using var request = InferRequest.Of("features", Tensor.Of<float>(Datatype.Fp32, new Shape(rows, values.Length / rows), values));
        return repository.InferAsync("model", modelVersion: null, request, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }
}
