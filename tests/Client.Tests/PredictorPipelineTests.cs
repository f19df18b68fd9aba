using InferenceServices.Contracts.Errors;

namespace InferenceServices.Client.Tests;

/// <summary>Retries, the retry budget and the circuit breaker.</summary>
public sealed class PredictorPipelineTests
{
    [Theory]
    [InlineData(HttpRequestError.ConnectionError, 3)]
    [InlineData(HttpRequestError.NameResolutionError, 3)]
    [InlineData(HttpRequestError.SecureConnectionError, 1)]
    [InlineData(HttpRequestError.ResponseEnded, 1)]
    [InlineData(HttpRequestError.InvalidResponse, 1)]
    public async Task Only_failed_connection_attempts_are_retried(HttpRequestError failure, int expected)
    {
        using var network = Failing(failure, retries: 2);

        await Assert.ThrowsAsync<PredictorException>(() => network.PassTimeAsync(FakeNetwork.InferAsync(network.Predictor())));

        Assert.Equal(expected, network.Requests.Count);
    }

    [Fact]
    public async Task Requests_are_not_retried_by_default()
    {
        using var network = Failing(HttpRequestError.ConnectionError, retries: 0);

        await Assert.ThrowsAsync<PredictorException>(() => network.PassTimeAsync(FakeNetwork.InferAsync(network.Predictor())));

        Assert.Single(network.Requests);
    }

    [Fact]
    public async Task A_retry_succeeds_when_the_predictor_becomes_reachable()
    {
        var failures = 2;
        using var network = new FakeNetwork((request, _) => failures-- > 0
            ? throw new HttpRequestException(HttpRequestError.ConnectionError)
            : Task.FromResult(FakeNetwork.Respond(request.Content is null ? "{}" : FakeNetwork.Answer)))
        { Options = { PredictorRequestRetries = 2 } };

        using var response = await network.PassTimeAsync(FakeNetwork.InferAsync(network.Predictor()));

        Assert.Equal([2f], response["y"].Values<float>().ToArray());
    }

    [Fact]
    public async Task A_request_can_be_cancelled_during_the_delay_of_a_retry()
    {
        using var caller = new CancellationTokenSource();
        using var network = Failing(HttpRequestError.ConnectionError, retries: 5);
        var answer = FakeNetwork.InferAsync(network.Predictor(), caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.Single(network.Requests);
    }

    [Fact]
    public async Task Retries_are_at_most_a_fifth_of_the_requests()
    {
        const int Requests = 500;
        using var network = Failing(HttpRequestError.ConnectionError, retries: 10);
        network.Options.PredictorBreakerRequests = 0;
        var predictor = network.Predictor();

        for (var i = 0; i < Requests; i++)
            await Assert.ThrowsAsync<PredictorException>(() => network.PassTimeAsync(FakeNetwork.InferAsync(predictor)));

        Assert.InRange(network.Requests.Count, Requests + (Requests / 5), Requests + (Requests / 5) + 10);
    }

    [Fact]
    public async Task Concurrent_retries_do_not_exceed_the_budget()
    {
        const int Requests = 200;
        using var network = Failing(HttpRequestError.ConnectionError, retries: 3);
        network.Options.PredictorBreakerRequests = 0;
        var predictor = network.Predictor();

        await network.PassTimeAsync(Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(predictor)))));

        Assert.InRange(network.Requests.Count, Requests + 10, Requests + (Requests / 5) + 10);
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, true)]
    [InlineData(HttpRequestError.SecureConnectionError, true)]
    [InlineData(HttpRequestError.ResponseEnded, false)]
    public async Task Failed_connections_open_the_circuit_and_a_later_request_closes_it(HttpRequestError failure, bool counts)
    {
        var up = false;
        using var network = new FakeNetwork((request, _) => up
            ? Task.FromResult(FakeNetwork.Respond(request.Content is null ? "{}" : FakeNetwork.Answer))
            : throw new HttpRequestException(failure))
        { Options = { PredictorBreakerRequests = 4 } };
        var predictor = network.Predictor();
        for (var i = 0; i < 4; i++) Assert.Equal(502, await StatusOf(predictor));
        var expected = network.Requests.Count;

        var exception = await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(predictor));

        Assert.Equal(counts ? 503 : 502, exception.StatusCode);
        if (!counts) return;
        Assert.Equal(("predictor_unreachable", TimeSpan.FromSeconds(5)), (exception.Code, exception.RetryAfter));
        Assert.Equal(expected, network.Requests.Count);

        network.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(502, await StatusOf(predictor));
        Assert.Equal(503, await StatusOf(predictor));
        network.Time.Advance(TimeSpan.FromSeconds(6));
        up = true;
        for (var i = 0; i < 10; i++) Assert.Equal(200, await StatusOf(predictor));
    }

    [Fact]
    public async Task A_half_open_circuit_admits_one_request()
    {
        using var network = Hanging();
        var predictor = network.Predictor();
        await OpenCircuitAsync(network, predictor);
        network.Time.Advance(TimeSpan.FromSeconds(6));

        var probe = StatusOf(predictor);

        for (var i = 0; i < 3; i++) Assert.Equal(503, await StatusOf(predictor));
        network.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(504, await probe);
        Assert.Equal(3, network.Requests.Count);
    }

    [Fact]
    public async Task Timeouts_count_as_failures()
    {
        using var network = Hanging();
        var predictor = network.Predictor();

        await OpenCircuitAsync(network, predictor);

        Assert.Equal(503, await StatusOf(predictor));
    }

    [Fact]
    public async Task Cancellations_and_responses_of_any_status_do_not_count_as_failures()
    {
        using var hanging = Hanging();
        using var failing = new FakeNetwork(() => FakeNetwork.Respond("{}", System.Net.HttpStatusCode.InternalServerError)) { Options = { PredictorBreakerRequests = 2 } };
        var (slow, broken) = (hanging.Predictor(), failing.Predictor());

        for (var i = 0; i < 10; i++)
        {
            using var caller = new CancellationTokenSource();
            var answer = FakeNetwork.InferAsync(slow, caller.Token);
            await caller.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
            Assert.Equal(502, await StatusOf(broken));
        }

        Assert.Equal(10, hanging.Requests.Count);
    }

    /// <summary>A cancelled request in a half-open circuit is neither a success nor a failure.</summary>
    [Fact]
    public async Task A_cancelled_request_in_a_half_open_circuit_does_not_close_it()
    {
        using var network = Hanging();
        var predictor = network.Predictor();
        await OpenCircuitAsync(network, predictor);
        network.Time.Advance(TimeSpan.FromSeconds(6));
        using var caller = new CancellationTokenSource();
        var probe = FakeNetwork.InferAsync(predictor, caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe);

        Assert.Equal(503, await StatusOf(predictor));
    }

    private static FakeNetwork Failing(HttpRequestError failure, int retries)
        => new((_, _) => throw new HttpRequestException(failure)) { Options = { PredictorRequestRetries = retries } };

    private static FakeNetwork Hanging() => new(async (_, token) =>
    {
        await Task.Delay(Timeout.Infinite, token);
        return FakeNetwork.Respond("");
    })
    { Options = { PredictorRequestTimeoutSeconds = 1, PredictorBreakerRequests = 2 } };

    private static async Task OpenCircuitAsync(FakeNetwork hanging, RemotePredictor predictor)
    {
        for (var i = 0; i < 2; i++)
        {
            var slow = StatusOf(predictor);
            hanging.Time.Advance(TimeSpan.FromSeconds(2));
            Assert.Equal(504, await slow);
        }
    }

    private static async Task<int> StatusOf(RemotePredictor predictor)
    {
        try
        {
            (await FakeNetwork.InferAsync(predictor)).Dispose();
            return 200;
        }
        catch (PredictorException exception)
        {
            return exception.StatusCode;
        }
    }
}
