using System.Text.Json;
using InferenceServices.Explanations.Attribution.TreeShap;
using InferenceServices.Testing;

namespace InferenceServices.Explanations.Tests.Attribution.TreeShap;

/// <summary>Attributions equal those of XGBoost 1.7.4 (<c>pred_contribs</c>, <c>pred_interactions</c>), which sums in FP32.</summary>
public sealed class TreeShapXGBoostTests
{
    private const double Tolerance = 1e-5;

    private static readonly string Fixtures = Checkout.PathOf(Path.Combine("tests", "Explanations.Tests", "fixtures"));

    [Fact]
    public void A_model_of_700_trees()
    {
        var model = Load("enwiki-reverted");
        using var expected = Expected("enwiki-reverted");
        var attributions = new double[model.FeatureCount];
        var margins = new double[1];
        var rows = expected.RootElement.GetProperty("rows").EnumerateArray().ToArray();

        Assert.Equal(200, rows.Length);
        foreach (var row in rows)
        {
            var values = Floats(row.GetProperty("values"));
            model.Attribute(values, attributions);
            model.Margins(values, margins);

            AssertClose(Doubles(row.GetProperty("contribs")), attributions);
            AssertClose([row.GetProperty("bias").GetDouble()], model.Bias);
            AssertClose([row.GetProperty("margin").GetDouble()], margins);
            Assert.Equal(margins[0], model.Bias[0] + attributions.Sum(), 1e-12);
        }
    }

    [Theory]
    [InlineData("binary")]
    [InlineData("softprob")]
    [InlineData("forest")]
    [InlineData("regression")]
    [InlineData("stump-roots")]
    public void Models_with_missing_values_and_several_classes(string name)
    {
        var model = Load(name);
        using var expected = Expected(name);
        var features = model.FeatureCount;
        var attributions = new double[model.OutputCount * features];
        var interactions = new double[model.OutputCount * features * features];
        var margins = new double[model.OutputCount];
        var rows = expected.RootElement.GetProperty("rows");

        for (var index = 0; index < rows.GetArrayLength(); index++)
        {
            model.Attribute(Floats(rows[index]), attributions);
            model.Interactions(Floats(rows[index]), interactions);
            model.Margins(Floats(rows[index]), margins);
            AssertClose(Doubles(expected.RootElement.GetProperty("margins")[index]), margins);
            for (var output = 0; output < model.OutputCount; output++)
            {
                AssertClose(Doubles(expected.RootElement.GetProperty("contributions")[index][output]), [.. attributions.AsSpan(output * features, features), model.Bias[output]]);
                if (index >= expected.RootElement.GetProperty("interactions").GetArrayLength()) continue;
                var pairs = expected.RootElement.GetProperty("interactions")[index][output];
                for (var feature = 0; feature < features; feature++)
                    AssertClose(Doubles(pairs[feature]).AsSpan(0, features), interactions.AsSpan((output * features + feature) * features, features));
            }
        }
    }

    private static TreeShapModel Load(string name) => TreeShapModel.TryLoad(Path.Combine(Fixtures, name + ".onnx"))!;

    private static JsonDocument Expected(string name) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Fixtures, name + ".expected.json")));

    private static float[] Floats(JsonElement row) => [.. row.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? float.NaN : value.GetSingle())];

    private static double[] Doubles(JsonElement row) => [.. row.EnumerateArray().Select(value => value.GetDouble())];

    private static void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<double> found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var index = 0; index < expected.Length; index++) Assert.Equal(expected[index], found[index], Tolerance);
    }
}
