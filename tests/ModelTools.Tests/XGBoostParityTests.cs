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

/// <summary>Compares converted models with predictions of XGBoost; <c>fixtures/xgboost</c> was generated with version 1.7.4.</summary>
public sealed class XGBoostParityTests : IDisposable
{
    // Tolerance for the order of FP32 sums and for the logistic functions of both libraries.
    private const double Tolerance = 1e-6;

    private static readonly string Fixtures = Checkout.PathOf(Path.Combine("tests", "ModelTools.Tests", "fixtures", "xgboost"));

    private readonly TemporaryFolder _directory = new();

    public static TheoryData<string> Models => [.. Directory.GetFiles(Fixtures, "*.expected.json").Select(file => Path.GetFileName(file)[..^".expected.json".Length])];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public void Predictions_equal_those_of_XGBoost(string name)
    {
        var output = _directory.Below("out");
        XGBoostConverter.Convert(Path.Combine(Fixtures, name + ".json"), labels: null, features: null, output);
        // Values without transformation are equal to the last bit.
        var isSum = XGBoostModelFile.Read(Path.Combine(Fixtures, name + ".json")).Objective == XGBoostObjective.Identity;
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(Fixtures, name + ".expected.json")))!;
        var rows = expected["rows"]!.AsArray();
        var values = rows.SelectMany(row => row!.AsArray()).Select(value => value?.GetValue<float>() ?? float.NaN).ToArray();

        using var response = Run(output, values, rows.Count);

        var predictions = expected["predictions"]!.AsArray();
        if (response.Outputs.Any(found => found.Name == "value"))
        {
            var found = response["value"].Values<float>().ToArray();
            for (var row = 0; row < rows.Count; row++)
            {
                if (isSum) Assert.Equal(predictions[row]!.GetValue<float>(), found[row]);
                else AssertClose(predictions[row]!.GetValue<double>(), found[row]);
            }
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
        XGBoostConverter.Convert(Path.Combine(Fixtures, "binary.json"), ["false", "true"], ["a", "b", "c", "d", "e"], _directory.Below("out"));

        Assert.Equal(["features.txt", "labels.txt", "model.onnx"], Directory.GetFiles(_directory.Below("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["a", "b", "c", "d", "e"], File.ReadAllLines(Path.Combine(_directory.Below("out"), "features.txt")));
    }

    [Theory]
    [InlineData("\"binary:logistic\"", "\"rank:pairwise\"", "its objective is rank:pairwise; supported are binary:logistic")]
    [InlineData("\"gbtree\"", "\"gblinear\"", "its booster is gblinear; supported are gbtree and dart")]
    [InlineData("\"split_type\":[0", "\"split_type\":[1", "it has categorical splits, which are not supported; train it")]
    [InlineData("\"num_target\":\"1\"", "\"num_target\":\"2\"", "it has 2 targets; only one is supported")]
    [InlineData("\"left_children\":[1", "\"left_children\":[999", "a tree has a missing child")]
    [InlineData("\"left_children\":[1", "\"left_children\":[0", "a tree has a node with two parents")]
    [InlineData("\"left_children\":[1", "\"left_children\":[2", "a tree has a node with two parents")]
    [InlineData("\"left_children\":[1,", "\"left_children\":[1.5,", "trees[0].left_children should be an array of integers, got an array")]
    [InlineData("\"left_children\":[1,", "\"left_children\":[", "a tree has lists of different lengths, or empty ones")]
    [InlineData("\"split_indices\":[", "\"split_indices\":[5,", "a tree has lists of different lengths, or empty ones")]
    [InlineData("\"base_score\":\"5E-1\"", "\"base_score\":\"1.5\"", "base_score should be a valid start value of the objective, or 1 in brackets, got 1.5")]
    [InlineData("\"base_score\":\"5E-1\"", "\"base_score\":\"[1,2]\"", "base_score should be a valid start value of the objective, or 1 in brackets, got [1,2]")]
    [InlineData("\"base_score\":\"5E-1\"", "\"base_score\":\"half\"", "base_score should be a valid start value of the objective, or 1 in brackets, got half")]
    [InlineData("\"num_feature\":\"5\",\"num_t", "\"num_feature\":\"-5\",\"num_t", "num_feature should be an integer of 0 or more, got \"-5\"")]
    [InlineData("\"objective\":{", "\"objective\":[],\"o\":{", "learner.objective should be an object, got an array")]
    [InlineData("\"binary:logistic\"", "7", "learner.objective.name should be a string, got 7")]
    [InlineData("\"binary:logistic\"", "\"\\ud800\"", "a string has an invalid escape")]
    [InlineData("\"tree_info\":[0", "\"tree_info\":[7", "a tree has an unknown class")]
    [InlineData("\"learner\"", "\"pupil\"", "is not an XGBoost model, or is corrupt: it has no learner")]
    [InlineData("{", "", "is not JSON, or is truncated: reading fails at line 1, byte ")]
    public void Unsupported_models_are_rejected_with_a_sentence(string part, string instead, string sentence)
    {
        var json = File.ReadAllText(Path.Combine(Fixtures, "binary.json"));
        var at = json.IndexOf(part, StringComparison.Ordinal);
        var model = _directory.Write("model.json", System.Text.Encoding.UTF8.GetBytes(json[..at] + instead + json[(at + part.Length)..]));

        var error = Assert.Throws<ModelFileException>(() => XGBoostConverter.Convert(model, null, null, _directory.Below("out")));

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory.Below("out")));
    }

    [Theory]
    [InlineData("\"[5E-1]\"")]
    [InlineData("\"0.5\"")]
    [InlineData("0.5")]
    [InlineData("[5E-1]")]
    public void The_base_score_can_have_the_format_of_later_versions(string baseScore)
    {
        var json = File.ReadAllText(Path.Combine(Fixtures, "binary.json"));

        var model = _directory.Write("model.json", System.Text.Encoding.UTF8.GetBytes(Replace(json, "\"5E-1\"", baseScore)));

        Assert.Equal(XGBoostModelFile.Read(Path.Combine(Fixtures, "binary.json")).Trees[0].Threshold, XGBoostModelFile.Read(model).Trees[0].Threshold);
    }

    [Fact]
    public void The_base_score_of_a_class_is_added_to_the_leaves_of_its_first_tree()
    {
        var json = File.ReadAllText(Path.Combine(Fixtures, "softprob.json"));
        var single = _directory.Write("one.json", System.Text.Encoding.UTF8.GetBytes(Replace(json, "\"5E-1\"", "\"0\"")));
        var several = _directory.Write("several.json", System.Text.Encoding.UTF8.GetBytes(Replace(json, "\"5E-1\"", "\"[1E0,-2.5E-1,0E0]\"")));

        var (before, after) = (XGBoostModelFile.Read(single).Trees, XGBoostModelFile.Read(several).Trees);

        foreach (var (output, margin) in new[] { (0, 1f), (1, -0.25f), (2, 0f) })
        {
            var (was, became) = (before.First(tree => tree.Output == output), after.First(tree => tree.Output == output));
            for (var node = 0; node < was.Left.Length; node++)
                Assert.Equal(was.IsLeaf(node) ? was.Threshold[node] + margin : was.Threshold[node], became.Threshold[node]);
        }
        Assert.Equal(before[3].Threshold, after[3].Threshold);
    }

    [Fact]
    public void Pruned_nodes_are_removed_and_the_rest_is_renumbered()
    {
        var path = Path.Combine(Fixtures, "pruned.json");
        var listed = JsonNode.Parse(File.ReadAllText(path))!["learner"]!["gradient_booster"]!["model"]!["trees"]!.AsArray();

        var trees = XGBoostModelFile.Read(path).Trees;

        Assert.Contains(trees.Zip(listed), pair => pair.First.Left.Length < pair.Second!["left_children"]!.AsArray().Count);
        Assert.All(trees, tree => Assert.Equal(
            Enumerable.Range(1, tree.Left.Length - 1), tree.Left.Concat(tree.Right).Where(node => node >= 0).Order()));
    }

    [Fact]
    public void The_number_of_names_must_match_classes_and_features()
    {
        var model = Path.Combine(Fixtures, "binary.json");

        Assert.EndsWith("has 2 classes, but --labels has 3 names.", Assert.Throws<ModelFileException>(() => XGBoostConverter.Convert(model, ["a", "b", "c"], null, _directory.Below("out"))).Message, StringComparison.Ordinal);
        Assert.EndsWith("has 5 features, but there are 1 feature names.", Assert.Throws<ModelFileException>(() => XGBoostConverter.Convert(model, null, ["a"], _directory.Below("out"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_file_is_rejected()
    {
        var json = File.ReadAllBytes(Path.Combine(Fixtures, "stump-roots.json"));
        for (var length = 0; length < json.Length; length += 7)
        {
            var model = _directory.Write("model.json", json[..length]);

            var error = Assert.Throws<ModelFileException>(() => XGBoostModelFile.Read(model));

            Assert.StartsWith($"{model} is not JSON, or is truncated: ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_corrupt_file_is_read_or_rejected()
    {
        var json = File.ReadAllBytes(Path.Combine(Fixtures, "pruned.json"));
        // JSON syntax characters: others rarely pass the JSON reader.
        const string Characters = "0123456789,:-\"[]{}.e ";
        var random = new Random(6);
        var rejected = 0;
        for (var round = 0; round < 2000; round++)
        {
            var damaged = json.ToArray();
            for (var change = 0; change < 3; change++) damaged[random.Next(damaged.Length)] = (byte)Characters[random.Next(Characters.Length)];
            try
            {
                XGBoostConverter.Convert(_directory.Write("model.json", damaged), null, null, _directory.Below("out"));
            }
            catch (ModelFileException)
            {
                rejected++;
            }
        }
        Assert.InRange(rejected, 1000, 1999);
    }

    [Fact]
    public void A_missing_model_is_reported()
    {
        using var error = new StringWriter();

        Assert.Equal(1, IsvcProgram.Run(["convert", "xgboost", _directory.Below("none.json"), "--output", _directory.Below("out")], TextWriter.Null, error));

        Assert.Equal($"isvc: {_directory.Below("none.json")} does not exist\n", error.ToString());
    }

    private static string Replace(string text, string part, string instead)
    {
        Assert.Contains(part, text, StringComparison.Ordinal);
        return text.Replace(part, instead, StringComparison.Ordinal);
    }

    private static void AssertClose(double expected, float found) => Assert.Equal(expected, found, Tolerance * Math.Max(1, Math.Abs(expected)));

    private static InferResponse Run(string directory, float[] values, int rows)
    {
        using var repository = new ModelRepository(
            Options.Create(new InferenceOptions { ModelDir = directory, IntraOpNumThreads = 1 }), NullLogger<ModelRepository>.Instance, new TestMeters());
        repository.LoadAllAsync(CancellationToken.None).GetAwaiter().GetResult();
        using var request = InferRequest.Of("features", Tensor.Of<float>(Datatype.Fp32, new Shape(rows, values.Length / rows), values));
        return repository.InferAsync("model", modelVersion: null, request, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }
}
