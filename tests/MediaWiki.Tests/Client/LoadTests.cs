using InferenceServices.MediaWiki.Client;
using InferenceServices.Testing;

namespace InferenceServices.MediaWiki.Tests.Client;

/// <summary>What keeps us from adding to a wiki's trouble, and a wiki's trouble from becoming ours.</summary>
public sealed class LoadTests
{
    [Fact]
    public async Task Retries_are_at_most_one_call_in_five_in_the_long_run()
    {
        const int Questions = 100;
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 503));
        wiki.Options.BreakerCalls = 0;

        for (var i = 0; i < Questions; i++) await wiki.FailAsync();

        Assert.InRange(wiki.Requests.Count, Questions + (Questions / 5), Questions + (Questions / 5) + 10);
    }

    [Fact]
    public async Task A_wiki_that_fails_is_left_alone_and_then_tried_by_one_call()
    {
        var up = false;
        await using var wiki = await ScriptedWiki.StartAsync(http => up ? ScriptedWiki.Page()(http) : ScriptedWiki.Json("", 500)(http));
        (wiki.Options.BreakerCalls, wiki.Options.MaxRetries) = (4, 0);
        for (var i = 0; i < 4; i++) Assert.Equal("http-500", (await wiki.FailAsync()).Code);

        var error = await wiki.FailAsync();

        Assert.Equal(new MediaWikiError("left-alone", "en.wikipedia.org failed too often lately and is left alone.", MediaWikiErrorKind.Unavailable, TimeSpan.FromSeconds(5)), error);
        Assert.Equal(4, wiki.Requests.Count);

        wiki.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("http-500", (await wiki.FailAsync()).Code);
        Assert.Equal("left-alone", (await wiki.FailAsync()).Code);
        wiki.Time.Advance(TimeSpan.FromSeconds(6));
        up = true;
        for (var i = 0; i < 5; i++) Assert.Equal(7, (await wiki.AskAsync()).OrThrow().Id);
    }

    [Fact]
    public async Task A_wiki_left_alone_fails_a_question_that_is_under_way_without_further_tries()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("", 500));
        wiki.Options.BreakerCalls = 2;

        Assert.Equal("left-alone", (await wiki.FailAsync()).Code);

        Assert.Equal(2, wiki.Requests.Count);
    }

    [Fact]
    public async Task One_wiki_in_trouble_is_no_other_wikis_trouble()
    {
        await using var wiki = await ScriptedWiki.StartAsync(http =>
            (http.Request.Host.Host == "de.wikipedia.org" ? ScriptedWiki.Json("", 500) : ScriptedWiki.Page())(http));
        wiki.Options.BreakerCalls = 2;
        await wiki.FailAsync(ScriptedWiki.German);

        Assert.Equal("left-alone", (await wiki.FailAsync(ScriptedWiki.German)).Code);
        Assert.Equal(7, (await wiki.AskAsync()).OrThrow().Id);
    }

    [Theory]
    [InlineData("nosuchpageid")]
    [InlineData("permissiondenied")]
    public async Task Errors_that_do_not_pass_are_no_reason_to_leave_a_wiki_alone(string code)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.ApiError(code));
        wiki.Options.BreakerCalls = 2;

        for (var i = 0; i < 10; i++) Assert.Equal(code, (await wiki.FailAsync()).Code);
    }

    [Fact]
    public async Task Callers_who_leave_are_no_reason_either_but_do_not_bring_a_wiki_back()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync);
        (wiki.Options.BreakerCalls, wiki.Options.MaxRetries) = (2, 0);
        for (var i = 0; i < 5; i++) await AskAndLeaveAsync(wiki);
        for (var i = 0; i < 5; i++)
        {
            var asked = wiki.FailAsync();
            if (asked.IsCompleted) break;
            await wiki.ArriveAsync();
            wiki.Time.Advance(ScriptedTime.CallTimeout);
            Assert.Equal(MediaWikiErrorKind.TimedOut, (await asked).Kind);
        }
        Assert.Equal("left-alone", (await wiki.FailAsync()).Code);
        wiki.Time.Advance(TimeSpan.FromSeconds(6));

        await AskAndLeaveAsync(wiki);

        Assert.Equal("left-alone", (await wiki.FailAsync()).Code);
    }

    [Fact]
    public async Task A_slow_wiki_holds_as_many_calls_as_it_may_and_the_next_fails_at_once()
    {
        var gate = new TaskCompletionSource();
        await using var wiki = await ScriptedWiki.StartAsync(async http =>
        {
            await gate.Task;
            await ScriptedWiki.Page()(http);
        });
        (wiki.Options.MaxCalls, wiki.Options.MaxWaiting) = (3, 2);
        var held = Enumerable.Range(0, 5).Select(_ => wiki.AskAsync()).ToList();
        for (var i = 0; i < 3; i++) await wiki.ArriveAsync();

        var error = await wiki.FailAsync();

        Assert.Equal(("too-many-calls", MediaWikiErrorKind.Unavailable, TimeSpan.FromSeconds(1)), (error.Code, error.Kind, error.RetryAfter));
        Assert.Equal(3, wiki.Requests.Count);
        gate.SetResult();
        Assert.All(await Task.WhenAll(held), page => Assert.Equal(7, page.OrThrow().Id));
        Assert.Equal(5, wiki.Requests.Count);
    }

    [Fact]
    public async Task A_wiki_that_hangs_is_left_alone_however_many_calls_found_no_place()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync);
        (wiki.Options.MaxCalls, wiki.Options.MaxWaiting, wiki.Options.MaxRetries, wiki.Options.BreakerCalls) = (2, 0, 0, 2);
        var held = new[] { wiki.FailAsync(), wiki.FailAsync() };
        for (var i = 0; i < 2; i++) await wiki.ArriveAsync();
        for (var i = 0; i < 20; i++) Assert.Equal("too-many-calls", (await wiki.FailAsync()).Code);

        wiki.Time.Advance(ScriptedTime.CallTimeout);

        Assert.All(await Task.WhenAll(held), error => Assert.Equal(MediaWikiErrorKind.TimedOut, error.Kind));
        Assert.Equal("left-alone", (await wiki.FailAsync()).Code);
    }

    [Fact]
    public async Task A_wiki_that_is_left_alone_fails_at_once_though_all_places_are_taken()
    {
        await using var wiki = await ScriptedWiki.StartAsync(http =>
            http.Request.Host.Host == "de.wikipedia.org" ? ScriptedWiki.Json("", 500)(http) : ScriptedWiki.HangAsync(http));
        (wiki.Options.MaxCalls, wiki.Options.MaxWaiting, wiki.Options.BreakerCalls) = (1, 10, 2);
        await wiki.FailAsync(ScriptedWiki.German);
        using var caller = new CancellationTokenSource();
        var held = wiki.AskAsync(cancellationToken: caller.Token);
        for (var i = 0; i < 3; i++) await wiki.ArriveAsync();

        Assert.Equal("left-alone", (await wiki.FailAsync(ScriptedWiki.German)).Code);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
    }

    [Fact]
    public async Task All_wikis_at_one_address_share_its_places()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync);
        (wiki.Options.MaxCalls, wiki.Options.MaxWaiting) = (1, 0);
        using var caller = new CancellationTokenSource();
        var held = wiki.AskAsync(cancellationToken: caller.Token);
        await wiki.ArriveAsync();

        Assert.Equal("too-many-calls", (await wiki.FailAsync(ScriptedWiki.German)).Code);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
    }

    [Fact]
    public async Task Who_waits_for_a_place_waits_no_longer_than_for_an_answer_and_is_not_counted_as_the_wikis_failure()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync);
        (wiki.Options.MaxCalls, wiki.Options.MaxRetries, wiki.Options.CallTimeoutSeconds) = (1, 0, 60);
        wiki.Time.TimeOuts.Add(TimeSpan.FromSeconds(60));
        using var caller = new CancellationTokenSource();
        var held = wiki.AskAsync(cancellationToken: caller.Token);
        await wiki.ArriveAsync();

        var waiting = wiki.FailAsync();
        wiki.Time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(MediaWikiErrorKind.TimedOut, (await waiting).Kind);
        Assert.Equal(MediaWikiErrorKind.TimedOut, (await held).Error?.Kind);
        Assert.Single(wiki.Requests);
    }

    [Fact]
    public async Task A_caller_who_leaves_gives_his_place_away()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync, ScriptedWiki.Page());
        (wiki.Options.MaxCalls, wiki.Options.MaxWaiting) = (1, 0);
        await AskAndLeaveAsync(wiki);

        Assert.Equal(7, (await wiki.AskAsync()).OrThrow().Id);
    }

    [Fact]
    public async Task Many_at_once_get_each_their_own_answer()
    {
        await using var wiki = await ScriptedWiki.StartAsync(http => ScriptedWiki.Page(long.Parse(http.Request.Query["pageids"].ToString(), null))(http));

        var pages = await Task.WhenAll(Enumerable.Range(1, 200).Select(async id => (id, Page: await wiki.Client.FindPageAsync(ScriptedWiki.English, id, CancellationToken.None))));

        Assert.All(pages, found => Assert.Equal(found.id, found.Page.OrThrow().Id));
    }

    private static async Task AskAndLeaveAsync(ScriptedWiki wiki)
    {
        using var caller = new CancellationTokenSource();
        var asked = wiki.AskAsync(cancellationToken: caller.Token);
        await wiki.ArriveAsync();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }
}
