using InferenceServices.MediaWiki.Wikis;

namespace InferenceServices.MediaWiki.Tests.Client;

/// <summary>URLs and headers of calls.</summary>
public sealed class WikiConnectionsTests
{
    [Theory]
    [InlineData("enwiki", "en.wikipedia.org")]
    [InlineData("zh_yuewiki", "zh-yue.wikipedia.org")]
    [InlineData("wikidatawiki", "www.wikidata.org")]
    public async Task With_wiki_url_the_Host_header_selects_the_wiki(string database, string host)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());

        await wiki.CallAsync(WikiTable.FindByDatabaseName(database));

        Assert.Equal(host, wiki.Requests.Single().Headers["Host"]);
    }

    [Fact]
    public async Task Without_wiki_url_each_wiki_is_called_at_its_domain_over_TLS()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());
        wiki.Options.WikiUrl = null;

        Assert.All(WikiTable.All, known => Assert.Equal($"https://{known.Domain}/", wiki.WikiConnections.Get(known).Address.ToString()));
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("ml@example.org", " (ml@example.org)")]
    [InlineData("https://example.org/contact", " (https://example.org/contact)")]
    public async Task User_agent_is_product_version_and_contact(string? contact, string expected)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());
        wiki.Options.UserAgentContact = contact;

        await wiki.CallAsync();

        Assert.Equal("InferenceServices/0.1.0" + expected, wiki.Requests.Single().Headers["User-Agent"]);
    }

    [Fact]
    public async Task Compressed_responses_are_read()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Gzip("""{"query":{"pages":[{"pageid":7,"ns":0,"title":"Zoë"}]}}"""u8.ToArray()));

        Assert.Equal("Zoë", (await wiki.CallAsync()).OrThrow().Title);
        Assert.Equal("gzip", wiki.Requests.Single().Headers["Accept-Encoding"]);
    }

    [Fact]
    public async Task Cookies_are_not_stored()
    {
        await using var wiki = await ScriptedWiki.StartAsync(http =>
        {
            http.Response.Headers.SetCookie = "session=1; Path=/";
            return ScriptedWiki.Page()(http);
        });

        await wiki.CallAsync();
        await wiki.CallAsync();

        Assert.All(wiki.Requests, request => Assert.DoesNotContain("Cookie", request.Headers.Keys));
        Assert.Equal(["Accept-Encoding", "Host", "User-Agent"], wiki.Requests[1].Headers.Keys.Order());
    }

    [Fact]
    public async Task Maxlag_zero_is_not_sent()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());
        wiki.Options.MaxLagSeconds = 0;

        await wiki.CallAsync();

        Assert.EndsWith("&formatversion=2", wiki.Requests.Single().Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trace_context_is_propagated()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());
        using var activity = new System.Diagnostics.Activity("request").SetIdFormat(System.Diagnostics.ActivityIdFormat.W3C).Start();

        await wiki.CallAsync();

        Assert.Contains(activity.TraceId.ToString(), wiki.Requests.Single().Headers["traceparent"], StringComparison.Ordinal);
    }
}
