namespace InferenceServices.Functional.Tests.Predictor;

[Collection(nameof(PredictorFixture))]
public sealed class DocumentationTests(PredictorFixture predictor)
{
    [Fact]
    public async Task The_description_of_the_interface_is_served()
    {
        var answer = await predictor.Server.GetAsync("/openapi.json");

        Assert.Equal(200, answer.Status);
        Assert.StartsWith("3.", answer.Json.GetProperty("openapi").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_to_try_it_out_is_served() => Assert.Equal(200, (await predictor.Server.GetAsync("/docs/index.html")).Status);
}
