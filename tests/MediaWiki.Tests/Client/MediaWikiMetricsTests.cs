using InferenceServices.MediaWiki.Wikis;
using InferenceServices.Testing;

namespace InferenceServices.MediaWiki.Tests.Client;

public sealed class MediaWikiMetricsTests
{
    [Fact]
    public async Task Each_call_is_timed_by_family_and_outcome_and_retries_are_counted()
    {
        await using var wiki = await ScriptedWiki.StartAsync(
            ScriptedWiki.Json("", 503), ScriptedWiki.Page(), ScriptedWiki.ApiError("nosuchpageid"), ScriptedWiki.ApiError("permissiondenied"), ScriptedWiki.Json("{"));

        for (var i = 0; i < 4; i++) await wiki.AskAsync();

        Assert.Equal(
            [
                "mediawiki_request{family=wikipedia,outcome=unavailable} …",
                "mediawiki_retry{family=wikipedia} 1",
                "mediawiki_request{family=wikipedia,outcome=ok} …",
                "mediawiki_request{family=wikipedia,outcome=not_found} …",
                "mediawiki_request{family=wikipedia,outcome=refused} …",
                "mediawiki_request{family=wikipedia,outcome=broken} …",
            ],
            wiki.Meters.Measured);
    }

    [Fact]
    public async Task Time_outs_callers_who_left_and_calls_that_were_not_made_are_told_apart()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync);
        (wiki.Options.MaxRetries, wiki.Options.BreakerCalls, wiki.Options.MaxCalls, wiki.Options.MaxWaiting) = (0, 2, 1, 0);
        using var caller = new CancellationTokenSource();
        var left = wiki.AskAsync(WikiTable.FindByDatabaseName("wikidatawiki"), caller.Token);
        await wiki.ArriveAsync();
        await wiki.FailAsync();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        for (var i = 0; i < 2; i++)
        {
            var asked = wiki.FailAsync();
            await wiki.ArriveAsync();
            wiki.Time.Advance(ScriptedTime.CallTimeout);
            await asked;
        }

        await wiki.FailAsync();

        Assert.Equal(
            [
                "mediawiki_not_sent{family=wikipedia,reason=too-many-calls} 1",
                "mediawiki_request{family=wikidata,outcome=cancelled} …",
                "mediawiki_request{family=wikipedia,outcome=timeout} …",
                "mediawiki_request{family=wikipedia,outcome=timeout} …",
                "mediawiki_not_sent{family=wikipedia,reason=left-alone} 1",
            ],
            wiki.Meters.Measured);
    }
}
