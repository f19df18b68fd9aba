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

        for (var i = 0; i < 4; i++) await wiki.CallAsync();

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
    public async Task Timeouts_cancellations_and_unsent_calls_have_different_outcomes()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.HangAsync);
        (wiki.Options.MaxRetries, wiki.Options.BreakerCalls, wiki.Options.MaxCalls, wiki.Options.MaxWaiting) = (0, 2, 1, 0);
        using var caller = new CancellationTokenSource();
        var cancelled = wiki.CallAsync(WikiTable.FindByDatabaseName("wikidatawiki"), caller.Token);
        await wiki.WaitForRequestAsync();
        await wiki.FailAsync();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        for (var i = 0; i < 2; i++)
        {
            var call = wiki.FailAsync();
            await wiki.WaitForRequestAsync();
            wiki.Time.Advance(ScriptedTime.CallTimeout);
            await call;
        }

        await wiki.FailAsync();

        Assert.Equal(
            [
                "mediawiki_not_sent{family=wikipedia,reason=too-many-calls} 1",
                "mediawiki_request{family=wikidata,outcome=cancelled} …",
                "mediawiki_request{family=wikipedia,outcome=timeout} …",
                "mediawiki_request{family=wikipedia,outcome=timeout} …",
                "mediawiki_not_sent{family=wikipedia,reason=circuit_open} 1",
            ],
            wiki.Meters.Measured);
    }
}
