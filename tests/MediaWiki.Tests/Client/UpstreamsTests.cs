using InferenceServices.MediaWiki.Wikis;

namespace InferenceServices.MediaWiki.Tests.Client;

/// <summary>Where calls go and what they carry.</summary>
public sealed class UpstreamsTests
{
    [Theory]
    [InlineData("enwiki", "en.wikipedia.org")]
    [InlineData("zh_yuewiki", "zh-yue.wikipedia.org")]
    [InlineData("wikidatawiki", "www.wikidata.org")]
    public async Task At_one_address_for_all_Host_says_which_wiki_is_meant(string database, string host)
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());

        await wiki.AskAsync(WikiTable.FindByDatabaseName(database));

        Assert.Equal(host, wiki.Requests.Single().Headers["Host"]);
    }

    [Fact]
    public async Task Without_an_address_every_wiki_is_at_its_own_domain_over_TLS()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());
        wiki.Options.WikiUrl = null;

        Assert.All(WikiTable.All, known => Assert.Equal($"https://{known.Domain}/", wiki.Upstreams.Of(known).Address.ToString()));
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

        await wiki.AskAsync();

        Assert.Equal("InferenceServices/0.1.0" + expected, wiki.Requests.Single().Headers["User-Agent"]);
    }

    [Fact]
    public async Task Answers_may_be_compressed()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Gzip("""{"query":{"pages":[{"pageid":7,"ns":0,"title":"Zoë"}]}}"""u8.ToArray()));

        Assert.Equal("Zoë", (await wiki.AskAsync()).OrThrow().Title);
        Assert.Equal("gzip", wiki.Requests.Single().Headers["Accept-Encoding"]);
    }

    [Fact]
    public async Task Cookies_are_not_kept()
    {
        await using var wiki = await ScriptedWiki.StartAsync(http =>
        {
            http.Response.Headers.SetCookie = "session=1; Path=/";
            return ScriptedWiki.Page()(http);
        });

        await wiki.AskAsync();
        await wiki.AskAsync();

        Assert.All(wiki.Requests, request => Assert.DoesNotContain("Cookie", request.Headers.Keys));
        Assert.Equal(["Accept-Encoding", "Host", "User-Agent"], wiki.Requests[1].Headers.Keys.Order());
    }

    [Fact]
    public async Task Lag_is_not_spoken_of_where_it_does_not_matter()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());
        wiki.Options.MaxLagSeconds = 0;

        await wiki.AskAsync();

        Assert.EndsWith("&formatversion=2", wiki.Requests.Single().Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Traces_go_on()
    {
        await using var wiki = await ScriptedWiki.StartAsync(ScriptedWiki.Page());
        using var activity = new System.Diagnostics.Activity("request").SetIdFormat(System.Diagnostics.ActivityIdFormat.W3C).Start();

        await wiki.AskAsync();

        Assert.Contains(activity.TraceId.ToString(), wiki.Requests.Single().Headers["traceparent"], StringComparison.Ordinal);
    }
}
