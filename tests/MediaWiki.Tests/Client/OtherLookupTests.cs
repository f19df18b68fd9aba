using InferenceServices.MediaWiki.Client;

namespace InferenceServices.MediaWiki.Tests.Client;

/// <summary>Users, HTML and site information.</summary>
public sealed class OtherLookupTests
{
    [Fact]
    public async Task Users_have_groups_edit_count_and_registration_and_missing_users_are_listed()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(
            """
            {"batchcomplete":true,"query":{"users":[
            {"userid":3,"name":"Anna Ö","editcount":12,"registration":"2006-05-04T03:02:01Z","groups":["*","user","sysop"]},
            {"userid":4,"name":"Old","editcount":1,"registration":null,"groups":["*"]},
            {"name":"Nobody","missing":true},{"name":"1.2.3.4","invalid":true}]}}
            """));

        var users = (await wiki.Client.GetUsersAsync(ScriptedWiki.English, ["anna_Ö", "Old", "Nobody", "1.2.3.4", "A|B"], CancellationToken.None)).OrThrow();

        Assert.Equal(["query&list=users&usprop=groups%7Ceditcount%7Cregistration&ususers=anna_%C3%96%7COld%7CNobody%7C1.2.3.4"], wiki.Queries);
        Assert.Equal(["A|B", "Nobody", "1.2.3.4"], users.Missing);
        Assert.Equal(["Anna Ö", "Old"], users.Found.Keys.Order(StringComparer.Ordinal));
        var anna = users.Found["Anna Ö"];
        Assert.Equal((3, 12, new DateTimeOffset(2006, 5, 4, 3, 2, 1, TimeSpan.Zero)), (anna.Id, anna.EditCount, anna.Registration));
        Assert.Equal(["*", "user", "sysop"], anna.Groups);
        Assert.Null(users.Found["Old"].Registration);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"query":{}}""")]
    [InlineData("""{"query":{"users":[null]}}""")]
    [InlineData("""{"query":{"users":[{"userid":3}]}}""")]
    public async Task A_response_without_users_is_invalid(string answer)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(answer));

        Assert.Equal("broken-answer", (await wiki.Client.GetUsersAsync(ScriptedWiki.English, ["A"], CancellationToken.None)).Error?.Code);
    }

    [Fact]
    public async Task Html_is_requested_by_title_or_revision()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("<p>Zoë</p>", contentType: "text/html; charset=utf-8; profile=\"x\""));

        Assert.Equal("<p>Zoë</p>", (await wiki.Client.GetHtmlAsync(ScriptedWiki.English, "AC/DC é? ../..", CancellationToken.None)).OrThrow());
        Assert.Equal("<p>Zoë</p>", (await wiki.Client.GetHtmlAsync(ScriptedWiki.English, 77, CancellationToken.None)).OrThrow());

        Assert.Equal(["/w/rest.php/v1/page/AC%2FDC_%C3%A9%3F_..%2F../html", "/w/rest.php/v1/revision/77/html"], wiki.Requests.Select(request => request.Target));
    }

    [Theory]
    [InlineData(404, """{"errorKey":"rest-nonexistent-title","messageTranslations":{"de":"Warum.","en":"Why."},"httpCode":404}""", "rest-nonexistent-title", "Why.", MediaWikiErrorKind.NotFound, 1)]
    [InlineData(404, """{"errorKey":"rest-nonexistent-revision"}""", "rest-nonexistent-revision", "MediaWiki answered with the error rest-nonexistent-revision.", MediaWikiErrorKind.NotFound, 1)]
    [InlineData(403, """{"errorKey":"rest-permission-denied-title","messageTranslations":{}}""", "rest-permission-denied-title", "MediaWiki answered with the error rest-permission-denied-title.", MediaWikiErrorKind.Rejected, 1)]
    [InlineData(404, """{"httpCode":404,"message":"x"}""", "http-404", "en.wikipedia.org answered with status 404.", MediaWikiErrorKind.Rejected, 1)]
    [InlineData(404, "{", "http-404", "en.wikipedia.org answered with status 404.", MediaWikiErrorKind.Rejected, 1)]
    [InlineData(307, "", "http-307", "en.wikipedia.org answered with status 307.", MediaWikiErrorKind.Rejected, 1)]
    [InlineData(503, """{"errorKey":"rest-x","messageTranslations":{"en":"Why."}}""", "rest-x", "Why.", MediaWikiErrorKind.Unavailable, 3)]
    [InlineData(200, "{}", "broken-answer", "The answer of en.wikipedia.org is not the HTML that was expected.", MediaWikiErrorKind.InvalidResponse, 1)]
    public async Task Missing_html_is_an_error_with_its_reason(int status, string body, string code, string info, MediaWikiErrorKind kind, int requests)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(body, status));

        var error = (await wiki.Client.GetHtmlAsync(ScriptedWiki.English, "T", CancellationToken.None)).Error;

        Assert.Equal(new MediaWikiError(code, info, kind), error);
        Assert.Equal(requests, wiki.Requests.Count);
    }

    [Fact]
    public async Task A_title_cannot_escape_the_path()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("<p>", contentType: "text/html"));

        Assert.Equal("invalidtitle", (await wiki.Client.GetHtmlAsync(ScriptedWiki.English, "..", CancellationToken.None)).Error?.Code);
        Assert.Equal("invalidtitle", (await wiki.Client.GetHtmlAsync(ScriptedWiki.English, ".", CancellationToken.None)).Error?.Code);
        foreach (var title in new[] { "...", "%2e%2e", "../../../api.php", "//evil.example" }) await wiki.Client.GetHtmlAsync(ScriptedWiki.English, title, CancellationToken.None);

        Assert.Equal(4, wiki.Requests.Count);
        Assert.All(wiki.Requests, request => Assert.StartsWith("/w/rest.php/v1/page/", request.Target, StringComparison.Ordinal));
        Assert.All(wiki.Requests, request => Assert.EndsWith("/html", request.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Site_information_is_read()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json(
            """{"query":{"general":{"wikiid":"enwiki","generator":"MediaWiki 1.39.17","lang":"en"},"namespaces":{"-1":{"id":-1,"name":"Special"},"0":{"id":0,"name":""},"4":{"id":4,"name":"Wikipedia"},"5":null}}}"""));

        var site = (await wiki.Client.GetSiteInfoAsync(ScriptedWiki.English, CancellationToken.None)).OrThrow();

        Assert.Equal(["query&meta=siteinfo&siprop=general%7Cnamespaces"], wiki.Queries);
        Assert.Equal(("enwiki", "MediaWiki 1.39.17", "en"), (site.DatabaseName, site.Generator, site.LanguageCode));
        Assert.Equal([(-1, "Special"), (0, ""), (4, "Wikipedia")], site.Namespaces.Select(known => (known.Key, known.Value)).Order());
    }

    [Fact]
    public async Task A_response_without_site_information_is_invalid()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Json("""{"query":{"general":{"wikiid":"enwiki"}}}"""));

        Assert.Equal("broken-answer", (await wiki.Client.GetSiteInfoAsync(ScriptedWiki.English, CancellationToken.None)).Error?.Code);
    }
}
