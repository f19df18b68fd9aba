using System.Text.Json;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Predictor;

[Collection(nameof(PredictorFixture))]
public sealed class ExpectedAnswersTests(PredictorFixture predictor)
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var (model, name) in ExpectedCase.All) cases.Add(model, name);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task V2_returns_the_expected_outputs(string model, string name)
    {
        var expected = ExpectedCase.Of(model, name);

        var answer = await predictor.Server.PostAsync(PathOf(model), Body(expected.Inputs, expected.Outputs));

        answer.AssertOk();
        Assert.Equal(expected.Outputs.Count, answer.Json.GetProperty("outputs").GetArrayLength());
        foreach (var (expectedOutput, got) in expected.Outputs.Zip(answer.Json.GetProperty("outputs").EnumerateArray())) AssertEqual(expectedOutput, got, expected.Tolerance);
    }

    private static string PathOf(string model)
        => model.Split('/') is [var name, var version] ? $"/v2/models/{name}/versions/{version}/infer" : $"/v2/models/{model}/infer";

    private static string Body(IEnumerable<JsonElement> inputs, IEnumerable<JsonElement> outputs) => JsonSerializer.Serialize(new
    {
        inputs = inputs.Select(input => new
        {
            name = input.GetProperty("name").GetString(),
            shape = ExpectedCase.Dims(input),
            datatype = input.GetProperty("datatype").GetString(),
            data = ExpectedCase.Values(input),
        }),
        outputs = outputs.Select(output => new { name = output.GetProperty("name").GetString() }),
    });

    private static void AssertEqual(JsonElement expected, JsonElement actual, double tolerance)
    {
        foreach (var field in new[] { "name", "datatype" })
            Assert.Equal(expected.GetProperty(field).GetString(), actual.GetProperty(field).GetString());
        Assert.Equal(ExpectedCase.Dims(expected), ExpectedCase.Dims(actual));
        var pairs = ExpectedCase.Values(expected).Zip(ExpectedCase.Values(actual)).ToArray();
        Assert.Equal(ExpectedCase.Values(expected).Length, actual.GetProperty("data").GetArrayLength());
        Assert.All(pairs, pair => AssertValue(pair.First, pair.Second, expected.GetProperty("datatype").GetString()!, tolerance));
    }

    private static void AssertValue(JsonElement expected, JsonElement actual, string datatype, double tolerance)
    {
        Assert.Equal(expected.ValueKind, actual.ValueKind);
        if (datatype == "FP32") Assert.Equal(expected.GetSingle(), actual.GetSingle(), (float)tolerance);
        else if (datatype == "FP16") Assert.Equal((Half)expected.GetDouble(), (Half)actual.GetDouble());
        else if (datatype == "BF16") Assert.Equal(expected.GetSingle(), actual.GetSingle());
        else if (datatype == "FP64") Assert.Equal(expected.GetDouble(), actual.GetDouble(), tolerance);
        else if (datatype == "BYTES") Assert.Equal(expected.GetString(), actual.GetString());
        else Assert.Equal(expected.GetRawText(), actual.GetRawText());
    }
}
