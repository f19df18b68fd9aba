namespace InferenceServices.Functional.Tests.Predictor;

[Collection(nameof(PredictorFixture))]
public sealed class RequestIdTests(PredictorFixture predictor)
{
    [Theory]
    [InlineData("/")]
    [InlineData("/v2/health/ready")]
    [InlineData("/v1/models/other")]
    [InlineData("/nothing")]
    public async Task The_callers_name_comes_back_on_every_answer(string path) => Assert.Equal("my-name", await AskAsync(path, "my-name"));

    [Fact]
    public async Task A_name_is_made_for_a_request_without_one()
    {
        var first = await AskAsync("/", null);
        var second = await AskAsync("/nothing", null);

        Assert.True(Guid.TryParse(first, out _));
        Assert.True(Guid.TryParse(second, out _));
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData("caf\u00e9")]
    [InlineData("tab\there")]
    public async Task A_name_that_cannot_be_echoed_is_replaced(string name) => Assert.True(Guid.TryParse(await AskAsync("/", name), out _));

    [Fact]
    public async Task A_name_of_a_kilobyte_is_replaced() => Assert.True(Guid.TryParse(await AskAsync("/", new string('x', 1_024)), out _));

    private async Task<string> AskAsync(string path, string? name)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        if (name is not null) message.Headers.TryAddWithoutValidation("x-request-id", name);
        using var response = await predictor.Server.Client.SendAsync(message);
        return response.Headers.GetValues("x-request-id").Single();
    }
}
