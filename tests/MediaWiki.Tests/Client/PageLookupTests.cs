using InferenceServices.MediaWiki.Client;

namespace InferenceServices.MediaWiki.Tests.Client;

public sealed class PageLookupTests
{
    [Fact]
    public async Task A_page_is_found_by_title_with_redirects()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(
            """
            {"batchcomplete":true,"query":{"normalized":[{"fromencoded":false,"from":"foo_bar","to":"Foo bar"}],"redirects":[{"from":"Foo bar","to":"Baz & Söhne"}],
            "pages":[{"pageid":12,"ns":4,"title":"Baz & Söhne"}]}}
            """));

        var page = (await wiki.Client.FindPageAsync(ScriptedWiki.English, "foo_bar é&titles=x#y", CancellationToken.None)).OrThrow();

        Assert.Equal(new PageReference(12, "Baz & Söhne", 4), page);
        Assert.Equal("/w/api.php?action=query&redirects=&titles=foo_bar%20%C3%A9%26titles%3Dx%23y&format=json&formatversion=2&maxlag=5", wiki.Requests.Single().Target);
    }

    [Fact]
    public async Task A_page_is_found_by_id_with_redirects()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page(99));

        var page = (await wiki.Client.FindPageAsync(ScriptedWiki.English, 98, CancellationToken.None)).OrThrow();

        Assert.Equal(new PageReference(99, "T", 0), page);
        Assert.Equal(["query&redirects=&pageids=98"], wiki.Queries);
    }

    [Theory]
    [InlineData("""{"query":{"pages":[{"ns":0,"title":"T","missing":true}]}}""", "missingtitle", MediaWikiErrorKind.NotFound)]
    [InlineData("""{"query":{"pages":[{"ns":-1,"title":"Special:Random","special":true}]}}""", "missingtitle", MediaWikiErrorKind.NotFound)]
    [InlineData("""{"query":{"interwiki":[{"title":"de:T","iw":"de"}]}}""", "missingtitle", MediaWikiErrorKind.NotFound)]
    [InlineData("""{"query":{"pages":[{"title":"<","invalid":true,"invalidreason":"Bad characters."}]}}""", "invalidtitle", MediaWikiErrorKind.Rejected)]
    [InlineData("""{"batchcomplete":true}""", "broken-answer", MediaWikiErrorKind.InvalidResponse)]
    [InlineData("""{"query":{"pages":[null]}}""", "broken-answer", MediaWikiErrorKind.InvalidResponse)]
    [InlineData("""{"query":{"pages":[{"pageid":0,"ns":0,"title":"T"}]}}""", "broken-answer", MediaWikiErrorKind.InvalidResponse)]
    [InlineData("""{"query":{"pages":[{"pageid":-1,"ns":0,"title":"T"}]}}""", "broken-answer", MediaWikiErrorKind.InvalidResponse)]
    [InlineData("""{"query":{"pages":[{"pageid":5}]}}""", "broken-answer", MediaWikiErrorKind.InvalidResponse)]
    public async Task A_title_without_a_page_is_an_error_with_its_reason(string answer, string code, MediaWikiErrorKind kind)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(answer));

        var error = await wiki.FailAsync();

        Assert.Equal((code, kind), (error.Code, error.Kind));
        Assert.Single(wiki.Requests);
    }

    [Fact]
    public async Task A_missing_id_and_a_missing_title_have_different_errors()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("""{"query":{"pages":[{"pageid":98,"missing":true}]}}"""));

        var error = (await wiki.Client.FindPageAsync(ScriptedWiki.English, 98, CancellationToken.None)).Error;

        Assert.Equal(("nosuchpageid", MediaWikiErrorKind.NotFound), (error?.Code, error?.Kind));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("_")]
    [InlineData("A|B")]
    [InlineData("\u001fA\u001fB")]
    [InlineData("A\nB")]
    [InlineData("A\0")]
    [InlineData("\u007f")]
    public async Task An_invalid_title_sends_no_call(string title)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());

        var error = (await wiki.Client.FindPageAsync(ScriptedWiki.English, title, CancellationToken.None)).Error;

        Assert.Equal(("invalidtitle", MediaWikiErrorKind.Rejected), (error?.Code, error?.Kind));
        Assert.Empty(wiki.Requests);
    }

    [Fact]
    public async Task A_title_of_a_megabyte_is_not_sent()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());

        var error = (await wiki.Client.FindPageAsync(ScriptedWiki.English, new string('й', 1 << 20), CancellationToken.None)).Error;

        Assert.Equal("invalidtitle", error?.Code);
        Assert.Empty(wiki.Requests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public async Task An_invalid_id_sends_no_call(long id)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());

        Assert.Equal("nosuchpageid", (await wiki.Client.FindPageAsync(ScriptedWiki.English, id, CancellationToken.None)).Error?.Code);
        Assert.Equal("nosuchrevid", (await wiki.Client.GetRevisionLinksAsync(ScriptedWiki.English, id, CancellationToken.None)).Error?.Code);
        Assert.Equal("rest-nonexistent-revision", (await wiki.Client.GetHtmlAsync(ScriptedWiki.English, id, CancellationToken.None)).Error?.Code);
        Assert.Empty((await wiki.Client.GetLinkedItemsAsync(ScriptedWiki.English, id, 1000, CancellationToken.None)).OrThrow());
        Assert.Empty(wiki.Requests);
    }

    /// <summary>A JSON string can contain an unpaired surrogate.</summary>
    [Fact]
    public async Task An_unpaired_surrogate_in_a_title_is_sent_as_the_replacement_character()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());

        await wiki.Client.FindPageAsync(ScriptedWiki.English, "\ud800", CancellationToken.None);

        Assert.Equal(["query&redirects=&titles=%EF%BF%BD"], wiki.Queries);
    }
}
