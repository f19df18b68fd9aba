using InferenceServices.Contracts.Errors;

namespace InferenceServices.Client.Tests;

/// <summary>What is tried again, how often, and when the predictor is left alone.</summary>
public sealed class PredictorPipelineTests
{
    [Theory]
    [InlineData(HttpRequestError.ConnectionError, 3)]
    [InlineData(HttpRequestError.NameResolutionError, 3)]
    [InlineData(HttpRequestError.SecureConnectionError, 1)]
    [InlineData(HttpRequestError.ResponseEnded, 1)]
    [InlineData(HttpRequestError.InvalidResponse, 1)]
    public async Task Only_a_connection_that_did_not_come_about_is_tried_again(HttpRequestError failure, int asked)
    {
        using var network = Failing(failure, retries: 2);

        await Assert.ThrowsAsync<PredictorException>(() => network.PassTimeAsync(FakeNetwork.InferAsync(network.Predictor())));

        Assert.Equal(asked, network.Asked.Count);
    }

    [Fact]
    public async Task Nothing_is_tried_again_unless_told()
    {
        using var network = Failing(HttpRequestError.ConnectionError, retries: 0);

        await Assert.ThrowsAsync<PredictorException>(() => network.PassTimeAsync(FakeNetwork.InferAsync(network.Predictor())));

        Assert.Single(network.Asked);
    }

    [Fact]
    public async Task A_predictor_that_comes_up_in_time_is_reached()
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
    public async Task While_it_waits_to_try_again_a_caller_may_leave()
    {
        using var caller = new CancellationTokenSource();
        using var network = Failing(HttpRequestError.ConnectionError, retries: 5);
        var answer = FakeNetwork.InferAsync(network.Predictor(), caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.Single(network.Asked);
    }

    [Fact]
    public async Task A_predictor_that_stays_away_gets_at_most_a_fifth_more_requests()
    {
        const int Requests = 500;
        using var network = Failing(HttpRequestError.ConnectionError, retries: 10);
        network.Options.PredictorBreakerRequests = 0;
        var predictor = network.Predictor();

        for (var i = 0; i < Requests; i++)
            await Assert.ThrowsAsync<PredictorException>(() => network.PassTimeAsync(FakeNetwork.InferAsync(predictor)));

        Assert.InRange(network.Asked.Count, Requests + (Requests / 5), Requests + (Requests / 5) + 10);
    }

    [Fact]
    public async Task Retries_at_the_same_time_keep_to_the_budget_too()
    {
        const int Requests = 200;
        using var network = Failing(HttpRequestError.ConnectionError, retries: 3);
        network.Options.PredictorBreakerRequests = 0;
        var predictor = network.Predictor();

        await network.PassTimeAsync(Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(predictor)))));

        Assert.InRange(network.Asked.Count, Requests + 10, Requests + (Requests / 5) + 10);
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, true)]
    [InlineData(HttpRequestError.SecureConnectionError, true)]
    [InlineData(HttpRequestError.ResponseEnded, false)]
    public async Task A_predictor_that_cannot_be_reached_is_left_alone_at_once_and_then_tried(HttpRequestError failure, bool counts)
    {
        var up = false;
        using var network = new FakeNetwork((request, _) => up
            ? Task.FromResult(FakeNetwork.Respond(request.Content is null ? "{}" : FakeNetwork.Answer))
            : throw new HttpRequestException(failure))
        { Options = { PredictorBreakerRequests = 4 } };
        var predictor = network.Predictor();
        for (var i = 0; i < 4; i++) Assert.Equal(502, await StatusOf(predictor));
        var asked = network.Asked.Count;

        var refusal = await Assert.ThrowsAsync<PredictorException>(() => FakeNetwork.InferAsync(predictor));

        Assert.Equal(counts ? 503 : 502, refusal.StatusCode);
        if (!counts) return;
        Assert.Equal(("predictor_unreachable", TimeSpan.FromSeconds(5)), (refusal.Code, refusal.RetryAfter));
        Assert.Equal(asked, network.Asked.Count);

        network.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(502, await StatusOf(predictor));
        Assert.Equal(503, await StatusOf(predictor));
        network.Time.Advance(TimeSpan.FromSeconds(6));
        up = true;
        for (var i = 0; i < 10; i++) Assert.Equal(200, await StatusOf(predictor));
    }

    [Fact]
    public async Task Only_one_request_probes_a_predictor_that_was_left_alone()
    {
        using var network = Hanging();
        var predictor = network.Predictor();
        await LeaveAloneAsync(network, predictor);
        network.Time.Advance(TimeSpan.FromSeconds(6));

        var probe = StatusOf(predictor);

        for (var i = 0; i < 3; i++) Assert.Equal(503, await StatusOf(predictor));
        network.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(504, await probe);
        Assert.Equal(3, network.Asked.Count);
    }

    [Fact]
    public async Task Time_outs_count_as_failures()
    {
        using var network = Hanging();
        var predictor = network.Predictor();

        await LeaveAloneAsync(network, predictor);

        Assert.Equal(503, await StatusOf(predictor));
    }

    [Fact]
    public async Task Callers_who_leave_and_answers_of_any_kind_are_no_failures()
    {
        using var hanging = Hanging();
        using var refusing = new FakeNetwork(() => FakeNetwork.Respond("{}", System.Net.HttpStatusCode.InternalServerError)) { Options = { PredictorBreakerRequests = 2 } };
        var (slow, broken) = (hanging.Predictor(), refusing.Predictor());

        for (var i = 0; i < 10; i++)
        {
            using var caller = new CancellationTokenSource();
            var answer = FakeNetwork.InferAsync(slow, caller.Token);
            await caller.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
            Assert.Equal(502, await StatusOf(broken));
        }

        Assert.Equal(10, hanging.Asked.Count);
    }

    /// <summary>Half open, the one request that may pass has not shown anything when its caller left.</summary>
    [Fact]
    public async Task A_probe_nobody_waited_for_leaves_the_circuit_open()
    {
        using var network = Hanging();
        var predictor = network.Predictor();
        await LeaveAloneAsync(network, predictor);
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

    private static async Task LeaveAloneAsync(FakeNetwork hanging, RemotePredictor predictor)
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
        catch (PredictorException refusal)
        {
            return refusal.StatusCode;
        }
    }
}
