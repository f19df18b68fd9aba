using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>Errors for invalid requests.</summary>
[Collection(LangIdShared.Name)]
public sealed class LangIdErrorTests(LangIdServers servers)
{
    private const string Predict = "/v1/models/langid:predict";
    private const string Good = """{"text":"Some random text in any language"}""";

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [InlineData("{}", "The parameter text is required.")]
    [InlineData("""{"text":""}""", "The parameter text is required.")]
    [InlineData("""{"text":1}""", "The input 'text' should be a string.")]
    [InlineData("""{"text":" \n "}""", "The input 'text' should hold more than white space.")]
    [InlineData("""["text"]""", "The request body should be a JSON object, got an array.")]
    [InlineData("text", "Unrecognized request format: not valid JSON at line 1, byte 2.")]
    [InlineData("", "Unrecognized request format: not valid JSON at line 1, byte 1.")]
    public async Task An_invalid_body_is_400_over_V1_and_V2(string body, string error)
    {
        foreach (var server in new[] { servers.Collocated, servers.Split })
        {
            (await server.PostAsync(Predict, body)).AssertError(400, "invalid_input", error);
            (await server.PostAsync("/v2/models/langid/infer", V2(Good, body))).AssertError(400, "invalid_input", error);
        }
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [InlineData("""{"inputs":[]}""")]
    [InlineData("""{"inputs":[{"name":"input","shape":[1],"datatype":"FP32","data":[1]}]}""")]
    [InlineData("""{"inputs":[{"name":"input","shape":[2],"datatype":"BYTES","data":["{}"]}]}""")]
    [InlineData("""{"text":"Some random text in any language"}""")]
    public async Task A_V2_request_without_exactly_one_BYTES_input_is_400(string body)
        => (await servers.Collocated.PostAsync("/v2/models/langid/infer", body)).AssertError(400, "invalid_input");

    private static string V2(params string[] bodies)
        => System.Text.Json.JsonSerializer.Serialize(
            new { inputs = new[] { new { name = "input", shape = new[] { bodies.Length }, datatype = "BYTES", data = bodies } } });
}
