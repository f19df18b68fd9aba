using System.Net;

namespace InferenceServices.Client.Tests;

/// <summary>Readiness that depends on the predictor.</summary>
public sealed class PredictorHealthTests
{
    [Fact]
    public async Task Readiness_does_not_call_the_predictor_by_default()
    {
        using var network = new FakeNetwork((_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError));

        Assert.True(await network.Predictor().IsReadyAsync("m", null, CancellationToken.None));
        Assert.Empty(network.Requests);
    }

    [Theory]
    [InlineData(200, 200, true)]
    [InlineData(503, 200, false)]
    [InlineData(200, 404, false)]
    [InlineData(200, 500, false)]
    public async Task Over_v2_server_and_model_must_be_ready(int server, int model, bool ready)
    {
        using var network = Checked((request, _) => Task.FromResult(
            FakeNetwork.Respond("{}", (HttpStatusCode)(request.RequestUri!.AbsolutePath == "/v2/health/ready" ? server : model))));

        Assert.Equal(ready, await network.Predictor().IsReadyAsync("m", null, CancellationToken.None));
        Assert.Equal(server == 200 ? ["GET /v2/health/ready", "GET /v2/models/m/ready"] : ["GET /v2/health/ready"], network.Requests);
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.SecureConnectionError)]
    [InlineData(HttpRequestError.ResponseEnded)]
    public async Task An_unreachable_predictor_is_not_ready(HttpRequestError failure)
    {
        using var network = Checked((_, _) => throw new HttpRequestException(failure));
        network.Options.PredictorRequestRetries = 5;

        Assert.False(await network.Predictor().IsReadyAsync("m", null, CancellationToken.None));
        Assert.Single(network.Requests);
    }

    [Fact]
    public async Task An_unresponsive_predictor_is_not_ready_after_two_seconds()
    {
        using var network = Checked(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return FakeNetwork.Respond("");
        });
        var ready = network.Predictor().IsReadyAsync("m", null, CancellationToken.None).AsTask();

        network.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(ready.IsCompleted);
        network.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(await ready);
    }

    [Fact]
    public async Task Probes_do_not_open_the_circuit()
    {
        var up = false;
        using var network = Checked((request, _) => up
            ? Task.FromResult(FakeNetwork.Respond(request.Content is null ? "{}" : FakeNetwork.Answer))
            : throw new HttpRequestException(HttpRequestError.ConnectionError));
        network.Options.PredictorBreakerRequests = 2;
        var predictor = network.Predictor();
        for (var i = 0; i < 10; i++) await predictor.IsReadyAsync("m", null, CancellationToken.None);
        up = true;

        using var response = await FakeNetwork.InferAsync(predictor);

        Assert.Single(response.Outputs);
    }

    private static FakeNetwork Checked(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
        => new(answer) { Options = { EnablePredictorHealthCheck = true } };
}
