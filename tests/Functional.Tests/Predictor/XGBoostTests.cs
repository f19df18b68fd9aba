using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.ModelTools.Convert.XGBoost;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>Converted XGBoost models return XGBoost's predictions, also for rows with missing values.</summary>
public sealed class XGBoostTests : IDisposable
{
    // The libraries compute the logistic function and softmax differently.
    private const double Tolerance = 1e-6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("binary", "probabilities", 2)]
    [InlineData("dart", "probabilities", 2)]
    [InlineData("softprob", "probabilities", 3)]
    [InlineData("regression-logistic", "value", 1)]
    public async Task V1_and_v2_return_the_predictions_of_XGBoost(string model, string output, int columns)
    {
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(FixtureOf(model + ".expected.json")))!;
        var rows = expected["rows"]!.AsArray();
        Assert.Contains(rows, row => row!.AsArray().Contains(null));
        var values = new JsonArray([.. rows.SelectMany(row => row!.AsArray()).Select(value => value?.DeepClone())]);
        var shape = new[] { rows.Count, values.Count / rows.Count };
        XGBoostConverter.Convert(FixtureOf(model + ".json"), labels: null, features: null, _folder.Below(model));
        await using var server = await PredictorServers.StartAsync(_folder.Path);

        var v1 = await server.PostAsync($"/v1/models/{model}:predict", JsonSerializer.Serialize(new { instances = rows }));
        var v2 = await server.PostAsync($"/v2/models/{model}/infer", JsonSerializer.Serialize(new { inputs = new[] { new { name = "features", datatype = "FP32", shape, data = values } } }));

        var predictions = expected["predictions"]!.AsArray().Select(prediction => Columns(prediction!, output == "value")).ToArray();
        var tensor = Assert.Single(v2.AssertOk().Json.GetProperty("outputs").EnumerateArray(), tensor => tensor.GetProperty("name").GetString() == output);
        Assert.Equal([rows.Count, columns], tensor.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32()));
        AssertClose(predictions, [.. tensor.GetProperty("data").EnumerateArray().Select(value => value.GetDouble()).Chunk(columns)]);
        AssertClose(predictions, [.. v1.AssertOk().Json.GetProperty("predictions").EnumerateArray()
            .Select(row => (output == "value" ? row : row.GetProperty(output)).EnumerateArray().Select(value => value.GetDouble()).ToArray())]);
    }

    private static string FixtureOf(string file) => Checkout.PathOf(Path.Combine("tests", "ModelTools.Tests", "fixtures", "xgboost", file));

    private static double[] Columns(JsonNode prediction, bool isValue) => prediction switch
    {
        JsonArray several => [.. several.Select(value => value!.GetValue<double>())],
        _ when isValue => [prediction.GetValue<double>()],
        _ => [1 - prediction.GetValue<double>(), prediction.GetValue<double>()],
    };

    private static void AssertClose(double[][] expected, double[][] found)
    {
        Assert.Equal(expected.Length, found.Length);
        foreach (var (expectedValue, got) in expected.SelectMany(row => row).Zip(found.SelectMany(row => row))) Assert.Equal(expectedValue, got, Tolerance);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First.Length, pair.Second.Length));
    }
}
