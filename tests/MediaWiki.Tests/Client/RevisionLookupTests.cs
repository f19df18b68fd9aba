using System.Globalization;
using InferenceServices.MediaWiki.Client;

namespace InferenceServices.MediaWiki.Tests.Client;

public sealed class RevisionLookupTests
{
    private const string Contents = "query&prop=revisions&rvprop=ids%7Ctimestamp%7Cflags%7Cuser%7Cuserid%7Ccomment%7Csize%7Csha1%7Ctags%7Ccontent&rvslots=main&revids=";

    [Fact]
    public async Task Links_of_a_revision_are_existing_articles_in_order()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(
            """
            {"parse":{"title":"T","pageid":5,"revid":77,"links":[
            {"ns":0,"title":"Zebra","exists":true},{"ns":0,"title":"Red","exists":false},{"ns":0,"title":"Redder"},
            {"ns":4,"title":"Project:X","exists":true},{"title":"No namespace","exists":true},{"ns":0,"title":"Ape","exists":true},null,{"ns":0,"exists":true}]}}
            """));

        var links = (await wiki.Client.GetRevisionLinksAsync(ScriptedWiki.English, 77, CancellationToken.None)).OrThrow();

        Assert.Equal((5, "T"), (links.PageId, links.PageTitle));
        Assert.Equal(["Zebra", "Ape"], links.Titles);
        Assert.Equal(["parse&prop=links&oldid=77"], wiki.Queries);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"parse":{}}""")]
    [InlineData("""{"parse":{"title":"T","pageid":5}}""")]
    [InlineData("""{"parse":{"title":"T","links":[]}}""")]
    [InlineData("""{"parse":{"title":"T","pageid":0,"links":[]}}""")]
    [InlineData("""{"parse":{"title":"T","pageid":5,"links":{}}}""")]
    public async Task Incomplete_links_of_a_revision_are_an_invalid_response(string answer)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(answer));

        Assert.Equal("broken-answer", (await wiki.Client.GetRevisionLinksAsync(ScriptedWiki.English, 77, CancellationToken.None)).Error?.Code);
    }

    [Fact]
    public async Task Revisions_have_all_fields_and_missing_revisions_are_listed()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(
            """
            {"batchcomplete":true,"query":{"badrevids":{"9":{"revid":9,"missing":true}},"pages":[{"pageid":5,"ns":0,"title":"T","revisions":[
            {"revid":77,"parentid":76,"minor":true,"user":"U","userid":3,"timestamp":"2026-01-02T03:04:05Z","size":4,"sha1":"aa","comment":"c","tags":["visualeditor"],
             "slots":{"main":{"contentmodel":"wikitext","contentformat":"text/x-wiki","content":"'''T'''"}}},
            {"revid":78,"parentid":77,"minor":false,"user":"1.2.3.4","userid":0,"anon":true,"timestamp":"2026-01-02T03:04:06Z","size":0,"sha1":"","comment":"","tags":[],
             "slots":{"main":{"contentmodel":"wikitext","content":""}}}]}]}}
            """));

        var revisions = (await wiki.Client.GetRevisionsAsync(ScriptedWiki.English, [9, 77, -1, 78, 77, 9], CancellationToken.None)).OrThrow();

        Assert.Equal([Contents + "9%7C77%7C78"], wiki.Queries);
        Assert.Equal([9, -1], revisions.Missing);
        Assert.Equal([77, 78], revisions.Found.Keys.Order());
        var revision = revisions.Found[77];
        Assert.Equal(
            new Revision(77, 76, new PageReference(5, "T", 0), new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
            {
                User = "U",
                UserId = 3,
                Comment = "c",
                SizeBytes = 4,
                Sha1 = "aa",
                IsMinor = true,
                ContentModel = "wikitext",
                Content = "'''T'''",
                Tags = revision.Tags,
            },
            revision);
        Assert.Equal(["visualeditor"], revision.Tags);
        Assert.Equal(("1.2.3.4", 0L, ""), (revisions.Found[78].User, revisions.Found[78].UserId, revisions.Found[78].Content));
    }

    [Theory]
    [InlineData("""{"main":{"texthidden":true}}""", true)]
    [InlineData("""{"main":{"texthidden":true,"contentmodel":"wikitext","content":"secret"}}""", true)]
    [InlineData("""{}""", false)]
    [InlineData("null", false)]
    public async Task Hidden_content_is_null_even_if_the_response_contains_it(string slots, bool isHidden)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(
            $$$"""
            {"query":{"pages":[{"pageid":5,"ns":0,"title":"T","revisions":[{"revid":77,"parentid":0,"timestamp":"2026-01-02T03:04:05Z","size":4,
            "userhidden":true,"user":"secret","userid":3,"commenthidden":true,"comment":"secret","sha1hidden":true,"sha1":"secret","slots":{{{slots}}}}]}]}}
            """));

        var revision = (await wiki.Client.GetRevisionsAsync(ScriptedWiki.English, [77], CancellationToken.None)).OrThrow().Found[77];

        Assert.Equal((null, null, null, null, null), (revision.User, revision.UserId, revision.Comment, revision.Sha1, revision.Content));
        Assert.Equal(isHidden, revision.IsContentHidden);
    }

    [Fact]
    public async Task Revisions_of_several_responses_are_merged()
    {
        await using var wiki = await ScriptedWiki.StartAsync(
            ScriptedWiki.Json("""{"continue":{"rvcontinue":"x","continue":"||"},"query":{"pages":[{"pageid":5,"ns":0,"title":"T","revisions":[{"revid":1,"timestamp":"2026-01-02T03:04:05Z"}]},{"pageid":6,"ns":0,"title":"U"}]}}"""),
            ScriptedWiki.Json("""{"query":{"pages":[{"pageid":6,"ns":0,"title":"U","revisions":[{"revid":2,"timestamp":"2026-01-02T03:04:05Z"}]}]}}"""));

        var revisions = (await wiki.Client.GetRevisionsAsync(ScriptedWiki.English, [1, 2], CancellationToken.None)).OrThrow();

        Assert.Equal([1, 2], revisions.Found.Keys.Order());
        Assert.Empty(revisions.Missing);
        Assert.EndsWith("&rvcontinue=x&continue=%7C%7C", wiki.Queries.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_fifty_revisions_are_requested_in_batches()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("""{"batchcomplete":true}"""));
        long[] ids = [.. Enumerable.Range(1, 101).Select(id => (long)id)];

        Assert.Equal(ids, (await wiki.Client.GetRevisionsAsync(ScriptedWiki.English, ids, CancellationToken.None)).OrThrow().Missing);

        Assert.Equal([50, 50, 1], wiki.Queries.Select(query => query.Split("revids=")[1].Split("%7C").Length));
        Assert.EndsWith(101.ToString(CultureInfo.InvariantCulture), wiki.Queries.Last(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"revid":1}""")]
    [InlineData("""{"timestamp":"2026-01-02T03:04:05Z"}""")]
    [InlineData("""{"revid":1,"timestamp":"yesterday"}""")]
    [InlineData("null")]
    public async Task A_revision_without_required_fields_is_an_invalid_response(string revision)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json($$$"""{"query":{"pages":[{"pageid":5,"ns":0,"title":"T","revisions":[{{{revision}}}]}]}}"""));

        Assert.Equal("broken-answer", (await wiki.Client.GetRevisionsAsync(ScriptedWiki.English, [1], CancellationToken.None)).Error?.Code);
    }
}
