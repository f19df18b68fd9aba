using InferenceServices.MediaWiki.Client;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.MediaWiki.Tests.Client;

/// <summary>Timeouts, retry delays and cancellation.</summary>
public sealed class TimeTests
{
    [Fact]
    public async Task A_call_without_response_is_retried_twice_after_five_seconds_each()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync);
        var call = wiki.FailAsync();

        for (var i = 0; i < 3; i++)
        {
            await wiki.WaitForRequestAsync();
            Assert.False(call.IsCompleted);
            wiki.Time.Advance(ScriptedTime.CallTimeout);
        }

        Assert.Equal(new MediaWikiError("timeout", "en.wikipedia.org did not answer within 5 s.", MediaWikiErrorKind.TimedOut), await call);
        Assert.Equal(3, wiki.Requests.Count);
    }

    [Fact]
    public async Task The_timeout_includes_reading_a_slow_response()
    {
        await using var wiki = await ScriptedWiki.StartAsync(async http =>
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("{");
            await http.Response.Body.FlushAsync();
            await ScriptedWiki.HangAsync(http);
        });
        wiki.Options.MaxRetries = 0;
        var call = wiki.FailAsync();

        await wiki.WaitForRequestAsync();
        wiki.Time.Advance(ScriptedTime.CallTimeout);

        Assert.Equal(MediaWikiErrorKind.TimedOut, (await call).Kind);
    }

    [Fact]
    public async Task All_calls_of_an_operation_share_one_timeout()
    {
        var page = 0;
        await using var wiki = await ScriptedWiki.StartAsync(http => Interlocked.Increment(ref page) < 3
            ? ScriptedWiki.Json($$$"""{"continue":{"gplcontinue":"{{{page}}}"}}""")(http)
            : ScriptedWiki.HangAsync(http));
        wiki.Options.TotalTimeoutSeconds = 12;
        wiki.Time.TimeOuts.Add(TimeSpan.FromSeconds(12));
        var call = wiki.Client.GetLinkedItemsAsync(ScriptedWiki.English, 1, 1000, CancellationToken.None).AsTask();
        for (var i = 0; i < 3; i++) await wiki.WaitForRequestAsync();

        wiki.Time.Advance(ScriptedTime.CallTimeout);
        await wiki.WaitForRequestAsync();
        wiki.Time.Advance(ScriptedTime.CallTimeout);
        await wiki.WaitForRequestAsync();
        Assert.False(call.IsCompleted);
        wiki.Time.Advance(TimeSpan.FromSeconds(2));

        var error = (await call.WaitAsync(ScriptedWiki.Guard)).Error;
        Assert.Equal(MediaWikiErrorKind.TimedOut, error?.Kind);
        Assert.Equal(5, wiki.Requests.Count);
    }

    [Fact]
    public async Task A_total_timeout_during_a_call_is_reported()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync);
        (wiki.Options.CallTimeoutSeconds, wiki.Options.TotalTimeoutSeconds) = (20, 5);
        var call = wiki.FailAsync();
        await wiki.WaitForRequestAsync();

        wiki.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("en.wikipedia.org did not answer within 5 s.", (await call).Info);
        Assert.Single(wiki.Requests);
    }

    [Fact]
    public async Task Retry_delays_grow_from_half_a_second_with_jitter()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 503));
        wiki.Options.RetryBaseDelaySeconds = 0.5;

        for (var i = 0; i < 5; i++) await wiki.FailAsync();

        var waits = wiki.Time.Waits;
        Assert.Equal(15, wiki.Requests.Count);
        Assert.Equal(10, waits.Count);
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5)));
        // Two delays in whole milliseconds may be equal.
        Assert.InRange(waits.Distinct().Count(), 6, 10);
    }

    [Theory]
    [InlineData("3", 3)]
    [InlineData("Thu, 01 Jan 2026 00:00:04 GMT", 4)]
    public async Task Retry_after_within_the_timeout_is_honored(string header, int seconds)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 429, header), ScriptedWiki.Page());

        Assert.Equal(7, (await wiki.CallAsync()).OrThrow().Id);
        Assert.Equal([TimeSpan.FromSeconds(seconds)], wiki.Time.Waits);
    }

    [Fact]
    public async Task Retry_after_of_a_lagged_wiki_is_honored()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.ApiError("maxlag", "3"), ScriptedWiki.Page());

        Assert.Equal(7, (await wiki.CallAsync()).OrThrow().Id);
        Assert.Equal([TimeSpan.FromSeconds(3)], wiki.Time.Waits);
    }

    [Theory]
    [InlineData("20")]
    [InlineData("3600")]
    public async Task Retry_after_beyond_the_timeout_is_returned_at_once(string header)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 429, header), ScriptedWiki.Page());

        var error = await wiki.FailAsync();

        Assert.Equal(("http-429", TimeSpan.FromSeconds(int.Parse(header, null))), (error.Code, error.RetryAfter));
        Assert.Single(wiki.Requests);
        Assert.Empty(wiki.Time.Waits);
    }

    [Fact]
    public async Task Retry_delays_together_stay_within_the_timeout()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 503, "11"));

        var error = await wiki.FailAsync();

        Assert.Equal(TimeSpan.FromSeconds(11), error.RetryAfter);
        Assert.Equal([TimeSpan.FromSeconds(11)], wiki.Time.Waits);
        Assert.Equal(2, wiki.Requests.Count);
    }

    /// <summary>A retry delay longer than the remaining time ends with the timeout and reports the failure before it.</summary>
    [Fact]
    public async Task A_timeout_during_a_retry_delay_reports_the_preceding_error()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 502));
        wiki.Options.RetryBaseDelaySeconds = 80_000;

        Assert.Equal("http-502", (await wiki.FailAsync()).Code);
        Assert.Single(wiki.Requests);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData("0")]
    [InlineData("Wed, 31 Dec 2025 00:00:00 GMT")]
    public async Task Invalid_retry_after_is_ignored(string header)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 503, header), ScriptedWiki.Page());

        Assert.Equal(7, (await wiki.CallAsync()).OrThrow().Id);
        Assert.Empty(wiki.Time.Waits);
    }

    [Fact]
    public async Task Cancellation_ends_a_call_at_once()
    {
        var aborted = new TaskCompletionSource();
        await using var wiki = await ScriptedWiki.StartAsync(async http =>
        {
            await ScriptedWiki.HangAsync(http);
            aborted.SetResult();
        });
        using var caller = new CancellationTokenSource();
        var call = wiki.CallAsync(cancellationToken: caller.Token);
        await wiki.WaitForRequestAsync();

        await caller.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(caller.Token, exception.CancellationToken);
        await aborted.Task.WaitAsync(ScriptedWiki.Guard);
        Assert.Single(wiki.Requests);
    }

    [Fact]
    public async Task A_cancelled_operation_sends_no_call()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wiki.CallAsync(cancellationToken: new CancellationToken(canceled: true)));

        Assert.Empty(wiki.Requests);
    }

    [Fact]
    public async Task With_zero_retries_no_call_is_retried()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 503));
        wiki.Options.MaxRetries = 0;

        await wiki.FailAsync();

        Assert.Single(wiki.Requests);
    }
}
