using InferenceServices.MediaWiki.Client;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.MediaWiki.Tests.Client;

/// <summary>How long and how often a wiki is waited for.</summary>
public sealed class TimeTests
{
    [Fact]
    public async Task A_wiki_that_does_not_answer_is_tried_three_times_for_five_seconds_each()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync);
        var asked = wiki.FailAsync();

        for (var i = 0; i < 3; i++)
        {
            await wiki.ArriveAsync();
            Assert.False(asked.IsCompleted);
            wiki.Time.Advance(ScriptedTime.CallTimeout);
        }

        Assert.Equal(new MediaWikiError("timeout", "en.wikipedia.org did not answer within 5 s.", MediaWikiErrorKind.TimedOut), await asked);
        Assert.Equal(3, wiki.Requests.Count);
    }

    [Fact]
    public async Task An_answer_that_trickles_takes_no_longer_than_one_that_does_not_come()
    {
        await using var wiki = await ScriptedWiki.StartAsync(async http =>
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("{");
            await http.Response.Body.FlushAsync();
            await ScriptedWiki.HangAsync(http);
        });
        wiki.Options.MaxRetries = 0;
        var asked = wiki.FailAsync();

        await wiki.ArriveAsync();
        wiki.Time.Advance(ScriptedTime.CallTimeout);

        Assert.Equal(MediaWikiErrorKind.TimedOut, (await asked).Kind);
    }

    [Fact]
    public async Task All_calls_of_a_question_together_keep_to_one_time()
    {
        var page = 0;
        await using var wiki = await ScriptedWiki.StartAsync(http => Interlocked.Increment(ref page) < 3
            ? ScriptedWiki.Json($$$"""{"continue":{"gplcontinue":"{{{page}}}"}}""")(http)
            : ScriptedWiki.HangAsync(http));
        wiki.Options.TotalTimeoutSeconds = 12;
        wiki.Time.TimeOuts.Add(TimeSpan.FromSeconds(12));
        var asked = wiki.Client.GetLinkedItemsAsync(ScriptedWiki.English, 1, 1000, CancellationToken.None).AsTask();
        for (var i = 0; i < 3; i++) await wiki.ArriveAsync();

        wiki.Time.Advance(ScriptedTime.CallTimeout);
        await wiki.ArriveAsync();
        wiki.Time.Advance(ScriptedTime.CallTimeout);
        await wiki.ArriveAsync();
        Assert.False(asked.IsCompleted);
        wiki.Time.Advance(TimeSpan.FromSeconds(2));

        var error = (await asked.WaitAsync(ScriptedWiki.Guard)).Error;
        Assert.Equal(MediaWikiErrorKind.TimedOut, error?.Kind);
        Assert.Equal(5, wiki.Requests.Count);
    }

    [Fact]
    public async Task A_question_whose_time_is_over_during_a_call_says_so()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync);
        (wiki.Options.CallTimeoutSeconds, wiki.Options.TotalTimeoutSeconds) = (20, 5);
        var asked = wiki.FailAsync();
        await wiki.ArriveAsync();

        wiki.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("en.wikipedia.org did not answer within 5 s.", (await asked).Info);
        Assert.Single(wiki.Requests);
    }

    [Fact]
    public async Task Waits_between_tries_grow_from_half_a_second_with_some_chance()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 503));
        wiki.Options.RetryBaseDelaySeconds = 0.5;

        for (var i = 0; i < 5; i++) await wiki.FailAsync();

        var waits = wiki.Time.Waits;
        Assert.Equal(15, wiki.Requests.Count);
        Assert.Equal(10, waits.Count);
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5)));
        // Of whole milliseconds two may be the same.
        Assert.InRange(waits.Distinct().Count(), 6, 10);
    }

    [Theory]
    [InlineData("3", 3)]
    [InlineData("Thu, 01 Jan 2026 00:00:04 GMT", 4)]
    public async Task Retry_after_is_kept_to_where_it_fits(string header, int seconds)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 429, header), ScriptedWiki.Page());

        Assert.Equal(7, (await wiki.AskAsync()).OrThrow().Id);
        Assert.Equal([TimeSpan.FromSeconds(seconds)], wiki.Time.Waits);
    }

    [Fact]
    public async Task Retry_after_of_a_lagged_wiki_is_kept_to()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.ApiError("maxlag", "3"), ScriptedWiki.Page());

        Assert.Equal(7, (await wiki.AskAsync()).OrThrow().Id);
        Assert.Equal([TimeSpan.FromSeconds(3)], wiki.Time.Waits);
    }

    [Theory]
    [InlineData("20")]
    [InlineData("3600")]
    public async Task Retry_after_that_does_not_fit_is_told_to_the_caller_at_once(string header)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 429, header), ScriptedWiki.Page());

        var error = await wiki.FailAsync();

        Assert.Equal(("http-429", TimeSpan.FromSeconds(int.Parse(header, null))), (error.Code, error.RetryAfter));
        Assert.Single(wiki.Requests);
        Assert.Empty(wiki.Time.Waits);
    }

    [Fact]
    public async Task Two_waits_that_fit_alone_but_not_together_are_not_both_waited()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 503, "11"));

        var error = await wiki.FailAsync();

        Assert.Equal(TimeSpan.FromSeconds(11), error.RetryAfter);
        Assert.Equal([TimeSpan.FromSeconds(11)], wiki.Time.Waits);
        Assert.Equal(2, wiki.Requests.Count);
    }

    /// <summary>A wait that turns out longer than the time that is left ends with the time, and tells of the failure.</summary>
    [Fact]
    public async Task A_wait_cut_short_tells_what_it_waited_for()
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
    public async Task Retry_after_that_says_nothing_changes_nothing(string header)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 503, header), ScriptedWiki.Page());

        Assert.Equal(7, (await wiki.AskAsync()).OrThrow().Id);
        Assert.Empty(wiki.Time.Waits);
    }

    [Fact]
    public async Task A_caller_who_leaves_during_a_call_ends_it_at_once()
    {
        var aborted = new TaskCompletionSource();
        await using var wiki = await ScriptedWiki.StartAsync(async http =>
        {
            await ScriptedWiki.HangAsync(http);
            aborted.SetResult();
        });
        using var caller = new CancellationTokenSource();
        var asked = wiki.AskAsync(cancellationToken: caller.Token);
        await wiki.ArriveAsync();

        await caller.CancelAsync();

        var left = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal(caller.Token, left.CancellationToken);
        await aborted.Task.WaitAsync(ScriptedWiki.Guard);
        Assert.Single(wiki.Requests);
    }

    [Fact]
    public async Task A_caller_who_left_before_is_not_asked_for()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wiki.AskAsync(cancellationToken: new CancellationToken(canceled: true)));

        Assert.Empty(wiki.Requests);
    }

    [Fact]
    public async Task Without_retries_there_are_none()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 503));
        wiki.Options.MaxRetries = 0;

        await wiki.FailAsync();

        Assert.Single(wiki.Requests);
    }
}
