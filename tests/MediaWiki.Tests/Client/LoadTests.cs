using InferenceServices.MediaWiki.Client;
using InferenceServices.Testing;

namespace InferenceServices.MediaWiki.Tests.Client;

/// <summary>Retry budget, circuit breaker and concurrency limit.</summary>
public sealed class LoadTests
{
    [Fact]
    public async Task At_most_one_call_in_five_is_retried()
    {
        const int Calls = 100;
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 503));
        wiki.Options.BreakerCalls = 0;

        for (var i = 0; i < Calls; i++) await wiki.FailAsync();

        Assert.InRange(wiki.Requests.Count, Calls + (Calls / 5), Calls + (Calls / 5) + 10);
    }

    [Fact]
    public async Task Failures_open_the_circuit_and_one_call_probes_the_wiki()
    {
        var up = false;
        await using var wiki = await ScriptedWiki.StartAsync(http => up ? ScriptedWiki.Page()(http) : ScriptedWiki.Json("", 500)(http));
        (wiki.Options.BreakerCalls, wiki.Options.MaxRetries) = (4, 0);
        for (var i = 0; i < 4; i++) Assert.Equal("http-500", (await wiki.FailAsync()).Code);

        var error = await wiki.FailAsync();

        Assert.Equal(new MediaWikiError("circuit_open", "en.wikipedia.org failed too often; its circuit breaker is open.", MediaWikiErrorKind.Unavailable, TimeSpan.FromSeconds(5)), error);
        Assert.Equal(4, wiki.Requests.Count);

        wiki.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("http-500", (await wiki.FailAsync()).Code);
        Assert.Equal("circuit_open", (await wiki.FailAsync()).Code);
        wiki.Time.Advance(TimeSpan.FromSeconds(6));
        up = true;
        for (var i = 0; i < 5; i++) Assert.Equal(7, (await wiki.CallAsync()).OrThrow().Id);
    }

    [Fact]
    public async Task An_open_circuit_ends_the_retries_of_an_operation_in_progress()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 500));
        wiki.Options.BreakerCalls = 2;

        Assert.Equal("circuit_open", (await wiki.FailAsync()).Code);

        Assert.Equal(2, wiki.Requests.Count);
    }

    [Fact]
    public async Task An_open_circuit_does_not_affect_other_wikis()
    {
        await using var wiki = await ScriptedWiki.StartAsync(http =>
            (http.Request.Host.Host == "de.wikipedia.org" ? ScriptedWiki.Json("", 500) : ScriptedWiki.Page())(http));
        wiki.Options.BreakerCalls = 2;
        await wiki.FailAsync(ScriptedWiki.German);

        Assert.Equal("circuit_open", (await wiki.FailAsync(ScriptedWiki.German)).Code);
        Assert.Equal(7, (await wiki.CallAsync()).OrThrow().Id);
    }

    [Theory]
    [InlineData("nosuchpageid")]
    [InlineData("permissiondenied")]
    public async Task Permanent_errors_do_not_open_the_circuit(string code)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.ApiError(code));
        wiki.Options.BreakerCalls = 2;

        for (var i = 0; i < 10; i++) Assert.Equal(code, (await wiki.FailAsync()).Code);
    }

    [Fact]
    public async Task Cancelled_calls_neither_open_nor_close_the_circuit()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync);
        (wiki.Options.BreakerCalls, wiki.Options.MaxRetries) = (2, 0);
        for (var i = 0; i < 5; i++) await CallAndCancelAsync(wiki);
        for (var i = 0; i < 5; i++)
        {
            var call = wiki.FailAsync();
            if (call.IsCompleted) break;
            await wiki.WaitForRequestAsync();
            wiki.Time.Advance(ScriptedTime.CallTimeout);
            Assert.Equal(MediaWikiErrorKind.TimedOut, (await call).Kind);
        }
        Assert.Equal("circuit_open", (await wiki.FailAsync()).Code);
        wiki.Time.Advance(TimeSpan.FromSeconds(6));

        await CallAndCancelAsync(wiki);

        Assert.Equal("circuit_open", (await wiki.FailAsync()).Code);
    }

    [Fact]
    public async Task Calls_beyond_the_concurrency_limit_and_queue_fail_at_once()
    {
        var gate = new TaskCompletionSource();
        await using var wiki = await ScriptedWiki.StartAsync(async http =>
        {
            await gate.Task;
            await ScriptedWiki.Page()(http);
        });
        (wiki.Options.MaxCalls, wiki.Options.MaxWaiting) = (3, 2);
        var held = Enumerable.Range(0, 5).Select(_ => wiki.CallAsync()).ToList();
        for (var i = 0; i < 3; i++) await wiki.WaitForRequestAsync();

        var error = await wiki.FailAsync();

        Assert.Equal(("too-many-calls", MediaWikiErrorKind.Unavailable, TimeSpan.FromSeconds(1)), (error.Code, error.Kind, error.RetryAfter));
        Assert.Equal(3, wiki.Requests.Count);
        gate.SetResult();
        Assert.All(await Task.WhenAll(held), page => Assert.Equal(7, page.OrThrow().Id));
        Assert.Equal(5, wiki.Requests.Count);
    }

    [Fact]
    public async Task Calls_rejected_by_the_limiter_do_not_delay_the_circuit_breaker()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync);
        (wiki.Options.MaxCalls, wiki.Options.MaxWaiting, wiki.Options.MaxRetries, wiki.Options.BreakerCalls) = (2, 0, 0, 2);
        var held = new[] { wiki.FailAsync(), wiki.FailAsync() };
        for (var i = 0; i < 2; i++) await wiki.WaitForRequestAsync();
        for (var i = 0; i < 20; i++) Assert.Equal("too-many-calls", (await wiki.FailAsync()).Code);

        wiki.Time.Advance(ScriptedTime.CallTimeout);

        Assert.All(await Task.WhenAll(held), error => Assert.Equal(MediaWikiErrorKind.TimedOut, error.Kind));
        Assert.Equal("circuit_open", (await wiki.FailAsync()).Code);
    }

    [Fact]
    public async Task An_open_circuit_fails_at_once_without_a_permit()
    {
        await using var wiki = await ScriptedWiki.StartAsync(http =>
            http.Request.Host.Host == "de.wikipedia.org" ? ScriptedWiki.Json("", 500)(http) : ScriptedWiki.HangAsync(http));
        (wiki.Options.MaxCalls, wiki.Options.MaxWaiting, wiki.Options.BreakerCalls) = (1, 10, 2);
        await wiki.FailAsync(ScriptedWiki.German);
        using var caller = new CancellationTokenSource();
        var held = wiki.CallAsync(cancellationToken: caller.Token);
        for (var i = 0; i < 3; i++) await wiki.WaitForRequestAsync();

        Assert.Equal("circuit_open", (await wiki.FailAsync(ScriptedWiki.German)).Code);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
    }

    [Fact]
    public async Task All_wikis_at_one_URL_share_the_concurrency_limit()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync);
        (wiki.Options.MaxCalls, wiki.Options.MaxWaiting) = (1, 0);
        using var caller = new CancellationTokenSource();
        var held = wiki.CallAsync(cancellationToken: caller.Token);
        await wiki.WaitForRequestAsync();

        Assert.Equal("too-many-calls", (await wiki.FailAsync(ScriptedWiki.German)).Code);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
    }

    [Fact]
    public async Task Waiting_for_a_permit_is_limited_by_the_timeout_and_not_counted_as_a_failure_of_the_wiki()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync);
        (wiki.Options.MaxCalls, wiki.Options.MaxRetries, wiki.Options.CallTimeoutSeconds) = (1, 0, 60);
        wiki.Time.TimeOuts.Add(TimeSpan.FromSeconds(60));
        using var caller = new CancellationTokenSource();
        var held = wiki.CallAsync(cancellationToken: caller.Token);
        await wiki.WaitForRequestAsync();

        var waiting = wiki.FailAsync();
        wiki.Time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(MediaWikiErrorKind.TimedOut, (await waiting).Kind);
        Assert.Equal(MediaWikiErrorKind.TimedOut, (await held).Error?.Kind);
        Assert.Single(wiki.Requests);
    }

    [Fact]
    public async Task Cancellation_releases_the_permit()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync, ScriptedWiki.Page());
        (wiki.Options.MaxCalls, wiki.Options.MaxWaiting) = (1, 0);
        await CallAndCancelAsync(wiki);

        Assert.Equal(7, (await wiki.CallAsync()).OrThrow().Id);
    }

    [Fact]
    public async Task Concurrent_calls_receive_their_own_responses()
    {
        await using var wiki = await ScriptedWiki.StartAsync(http => ScriptedWiki.Page(long.Parse(http.Request.Query["pageids"].ToString(), null))(http));

        var pages = await Task.WhenAll(Enumerable.Range(1, 200).Select(async id => (id, Page: await wiki.Client.FindPageAsync(ScriptedWiki.English, id, CancellationToken.None))));

        Assert.All(pages, found => Assert.Equal(found.id, found.Page.OrThrow().Id));
    }

    private static async Task CallAndCancelAsync(ScriptedWiki wiki)
    {
        using var caller = new CancellationTokenSource();
        var call = wiki.CallAsync(cancellationToken: caller.Token);
        await wiki.WaitForRequestAsync();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }
}
