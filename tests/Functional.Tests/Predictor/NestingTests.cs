using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Predictor;

public sealed class NestingTests(ThreeServers servers) : IClassFixture<ThreeServers>
{
    private const string TooDeep = "JSON nesting depth exceeds maximum allowed limit (100)";
    private const string V1 = "/v1/models/langid:predict";
    private const string V2 = "/v2/models/langid/infer";

    [Theory]
    [InlineData("predictor", V1, "instances")]
    [InlineData("predictor", V1, "inputs")]
    [InlineData("predictor", V1, "other")]
    [InlineData("predictor", V2, "inputs")]
    [InlineData("predictor", V2, "parameters")]
    [InlineData("predictor", V2, "other")]
    [InlineData("transformer", V1, "other")]
    [InlineData("transformer", V2, "other")]
    [InlineData("explainer", V1, "other")]
    public async Task Nesting_beyond_a_hundred_levels_is_refused_in_tritons_words(string program, string path, string field)
    {
        foreach (var open in new[] { "[", """{"a":""" })
        {
            foreach (var depth in new[] { 101, 1_000, 100_000 })
            {
                var body = $$"""{"{{field}}":{{string.Concat(Enumerable.Repeat(open, depth - 1))}}""";
                (await servers[program].PostAsync(path, body)).AssertRefused(400, "invalid_input", TooDeep);
            }
        }
    }

    [Fact]
    public async Task Nesting_of_a_hundred_levels_is_read_past()
    {
        var deep = $"{new string('[', 99)}{new string(']', 99)}";

        (await servers["predictor"].PostAsync(V1, $$"""{"other":{{deep}},"instances":[1]}""")).AssertOk("""{"predictions":[3]}""");
        (await servers["predictor"].PostAsync(V2, $$"""{"other":{{deep}},"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""")).AssertOk();
    }

    [Fact]
    public async Task A_mistake_is_not_called_too_deep()
        => Assert.NotEqual(TooDeep, (await servers["predictor"].PostAsync(V1, $$"""{"other":{{new string('[', 99)}}x""")).AssertRefused(400, "invalid_input"));
}
