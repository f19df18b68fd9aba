using System.Globalization;
using InferenceServices.MediaWiki.Client;

namespace InferenceServices.MediaWiki.Tests.Client;

public sealed class LinkedItemsTests
{
    private const string OfLinks = "query&generator=links&redirects=&prop=pageprops&ppprop=wikibase_item&gplnamespace=0&gpllimit=500&pageids=5355";

    [Fact]
    public async Task Links_of_a_page_are_requested_with_the_query_of_Lift_Wing()
    {
        await using var wiki = await ScriptedWiki.StartAsync(Items("Q2"));

        await GetAsync(wiki);

        Assert.Equal(
            "/w/api.php?action=query&generator=links&redirects=&prop=pageprops&ppprop=wikibase_item&gplnamespace=0&gpllimit=500&pageids=5355&format=json&formatversion=2&maxlag=5",
            wiki.Requests.Single().Target);
    }

    [Fact]
    public async Task Items_are_distinct_and_in_ordinal_order()
    {
        await using var wiki = await ScriptedWiki.StartAsync(Items("Q9", "Q10", "Q100", "Q2", "Q10", "Q1"));

        Assert.Equal(["Q1", "Q10", "Q100", "Q2", "Q9"], (await GetAsync(wiki)).OrThrow());
    }

    [Fact]
    public async Task Only_existing_articles_with_an_item_count()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(
            """
            {"batchcomplete":true,"query":{"redirects":[{"from":"A","to":"B"}],"pages":[
            {"pageid":1,"ns":0,"title":"One","pageprops":{"wikibase_item":"Q1"}},
            {"pageid":2,"ns":1,"title":"Talk:Two","pageprops":{"wikibase_item":"Q2"}},
            {"ns":0,"title":"Three","missing":true,"pageprops":{"wikibase_item":"Q3"}},
            {"pageid":4,"ns":0,"title":"Four"},
            {"pageid":5,"ns":0,"title":"Five","pageprops":{}},
            {"pageid":6,"ns":0,"title":"Six","pageprops":{"wikibase_item":"Q6 __label__x"}},
            {"pageid":7,"ns":0,"title":"Seven","pageprops":{"wikibase_item":"Q"}},
            {"pageid":8,"ns":0,"title":"Eight","pageprops":null},
            null]}}
            """));

        Assert.Equal(["Q1"], (await GetAsync(wiki)).OrThrow());
    }

    [Fact]
    public async Task Continuation_parameters_are_sent_back_until_there_are_none()
    {
        await using var wiki = await ScriptedWiki.StartAsync(
            Items(""","continue":{"gplcontinue":"736|0|Ä&b","continue":"gplcontinue||"}""", "Q1"),
            Items(""","continue":{"ppcontinue":7,"continue":"-||"}""", "Q2"),
            Items("Q3"));

        Assert.Equal(["Q1", "Q2", "Q3"], (await GetAsync(wiki)).OrThrow());
        Assert.Equal([OfLinks, OfLinks + "&gplcontinue=736%7C0%7C%C3%84%26b&continue=gplcontinue%7C%7C", OfLinks + "&ppcontinue=7&continue=-%7C%7C"], wiki.Queries);
    }

    [Fact]
    public async Task Continuation_stops_after_enough_items()
    {
        await using var wiki = await ScriptedWiki.StartAsync(
            Items(""","continue":{"gplcontinue":"a"}""", "Q1", "Q2"),
            Items(""","continue":{"gplcontinue":"b"}""", "Q3"),
            Items(""","continue":{"gplcontinue":"c"}""", "Q4"));

        Assert.Equal(["Q1", "Q2", "Q3"], (await GetAsync(wiki, enough: 2)).OrThrow());
        Assert.Equal(2, wiki.Requests.Count);
    }

    [Theory]
    [InlineData("""{"batchcomplete":true}""")]
    [InlineData("""{"batchcomplete":true,"query":{}}""")]
    [InlineData("""{"batchcomplete":true,"query":{"pages":[]}}""")]
    [InlineData("""{"batchcomplete":true,"query":null,"continue":null}""")]
    public async Task A_response_without_pages_has_no_links(string answer)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(answer));

        Assert.Empty((await GetAsync(wiki)).OrThrow());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"query\":7}")]
    [InlineData("{\"query\":{\"pages\":{}}}")]
    [InlineData("{\"query\":{\"pages\":[7]}}")]
    [InlineData("{\"query\":{\"pages\":[{\"ns\":\"0\"}]}}")]
    [InlineData("{\"query\":{\"pages\":[{\"missing\":\"\"}]}}")]
    [InlineData("{\"query\":{\"pages\":[{\"pageprops\":[]}]}}")]
    [InlineData("{\"query\":{\"pages\":[{\"pageprops\":{\"wikibase_item\":1}}]}}")]
    [InlineData("{\"query\":{\"pages\":[{\"pageprops\":{\"wikibase_item\":\"\\ud800\"}}]}}")]
    [InlineData("{\"query\":{\"pages\":[{\"ns\":0},")]
    [InlineData("{\"continue\":\"on\"}")]
    [InlineData("{\"query\":{}} 7")]
    [InlineData("{\"query\":{\"pages\":[]}")]
    public async Task Malformed_links_are_an_invalid_response(string answer)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(answer));

        Assert.Equal(("broken-answer", MediaWikiErrorKind.InvalidResponse), CodeOf(await GetAsync(wiki)));
        Assert.Single(wiki.Requests);
    }

    [Fact]
    public async Task Links_may_be_an_error_or_have_escapes_and_unknown_members()
    {
        await using var rejecting = await ScriptedWiki.StartAsync(ScriptedWiki.Json("""{"query":{"pages":[]},"errors":[{"code":"permissiondenied","text":"Why."}]}"""));
        await using var escaping = await ScriptedWiki.StartAsync(ScriptedWiki.Json(
            """{"x":{"query":{"pages":[7]}},"query":{"y":[[]],"pages":[{"z":{"ns":1},"pageprops":{"a":[{}],"wikibase_item":"\u0051\u0037"},"missing":false,"ns":0}]}}"""));

        Assert.Equal(("permissiondenied", MediaWikiErrorKind.Rejected), CodeOf(await GetAsync(rejecting)));
        Assert.Equal(["Q7"], (await GetAsync(escaping)).OrThrow());
    }

    [Fact]
    public async Task A_repeated_continuation_is_an_invalid_response()
    {
        await using var wiki = await ScriptedWiki.StartAsync(Items(""","continue":{"gplcontinue":"a"}""", "Q1"));

        Assert.Equal(("broken-answer", MediaWikiErrorKind.InvalidResponse), CodeOf(await GetAsync(wiki)));
        Assert.Equal(2, wiki.Requests.Count);
    }

    [Fact]
    public async Task Only_the_failed_call_of_a_continuation_is_retried()
    {
        await using var wiki = await ScriptedWiki.StartAsync(
            Items(""","continue":{"gplcontinue":"a"}""", "Q1"), ScriptedWiki.Json("", 503), Items("Q2"));

        Assert.Equal(["Q1", "Q2"], (await GetAsync(wiki)).OrThrow());
        Assert.Equal([OfLinks, OfLinks + "&gplcontinue=a", OfLinks + "&gplcontinue=a"], wiki.Queries);
    }

    [Fact]
    public async Task A_failed_continuation_fails_the_operation_and_all_calls_share_the_retries()
    {
        var failure = ScriptedWiki.Json("", 503);
        await using var wiki = await ScriptedWiki.StartAsync(failure, failure, Items(""","continue":{"gplcontinue":"a"}""", "Q1"), failure, Items("Q2"));

        Assert.Equal(("http-503", MediaWikiErrorKind.Unavailable), CodeOf(await GetAsync(wiki)));
        Assert.Equal(4, wiki.Requests.Count);
    }

    [Fact]
    public async Task Titles_are_requested_in_batches_of_fifty_with_redirects()
    {
        await using var wiki = await ScriptedWiki.StartAsync(Items("Q2", "Q3"), Items("Q1", "Q3"));
        string[] titles = [.. Enumerable.Range(0, 51).Select(number => $"T {number}")];

        var items = (await wiki.Client.GetItemsAsync(ScriptedWiki.English, titles, CancellationToken.None)).OrThrow();

        Assert.Equal(["Q1", "Q2", "Q3"], items);
        Assert.Equal(
            ["query&redirects=&prop=pageprops&ppprop=wikibase_item&titles=" + string.Join("%7C", titles.Take(50).Select(Uri.EscapeDataString)), "query&redirects=&prop=pageprops&ppprop=wikibase_item&titles=T%2050"],
            wiki.Queries);
    }

    [Fact]
    public async Task Long_titles_of_any_script_are_all_sent_in_URLs_below_eight_kilobytes()
    {
        await using var wiki = await ScriptedWiki.StartAsync(Items("Q1"));
        // 255 bytes is the maximum length of a title.
        string[] titles = [.. Enumerable.Range(0, 120).Select(number => number.ToString("D3", CultureInfo.InvariantCulture) + new string("ъ字ก"[number % 3], number % 3 == 0 ? 126 : 84))];

        await wiki.Client.GetItemsAsync(ScriptedWiki.English, titles, CancellationToken.None);

        Assert.All(wiki.Requests, request => Assert.InRange(request.Target.Length, 1, 6200));
        Assert.Equal(titles, wiki.Requests.SelectMany(request => Uri.UnescapeDataString(request.Target.Split("titles=")[1].Split('&')[0]).Split('|')));
        Assert.InRange(wiki.Requests.Count, 16, 20);
    }

    [Fact]
    public async Task Invalid_titles_are_skipped_and_without_titles_no_call_is_sent()
    {
        await using var wiki = await ScriptedWiki.StartAsync(Items("Q1"));

        Assert.Empty((await wiki.Client.GetItemsAsync(ScriptedWiki.English, [], CancellationToken.None)).OrThrow());
        Assert.Empty((await wiki.Client.GetItemsAsync(ScriptedWiki.English, ["", "A|B", new string('a', 2000)], CancellationToken.None)).OrThrow());
        Assert.Empty(wiki.Requests);
        Assert.Equal(["Q1"], (await wiki.Client.GetItemsAsync(ScriptedWiki.English, ["", "A", "B|C"], CancellationToken.None)).OrThrow());
        Assert.EndsWith("titles=A", wiki.Queries.Single(), StringComparison.Ordinal);
    }

    private static (string? Code, MediaWikiErrorKind? Kind) CodeOf<T>(MediaWikiResult<T> result)
        where T : notnull
        => (result.Error?.Code, result.Error?.Kind);

    private static Task<MediaWikiResult<IReadOnlyList<string>>> GetAsync(ScriptedWiki wiki, int enough = 1000)
        => wiki.Client.GetLinkedItemsAsync(ScriptedWiki.English, 5355, enough, CancellationToken.None).AsTask().WaitAsync(ScriptedWiki.Guard);

    private static Microsoft.AspNetCore.Http.RequestDelegate Items(params string[] items)
    {
        var rest = items[0].StartsWith('Q') ? "" : items[0];
        var pages = items.Where(item => item.StartsWith('Q')).Select((item, number) => $$$"""{"pageid":{{{number + 1}}},"ns":0,"title":"T","pageprops":{"wikibase_item":"{{{item}}}"}}""");
        return ScriptedWiki.Json($$$"""{"query":{"pages":[{{{string.Join(',', pages)}}}]}{{{rest}}}}""");
    }
}
