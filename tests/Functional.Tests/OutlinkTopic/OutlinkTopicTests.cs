using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.OutlinkTopic;

/// <summary>All kinds of requests against a real MediaWiki; tests/Wiki/README.md lists its pages.</summary>
[Collection(OutlinkTopicShared.Name)]
public sealed class OutlinkTopicTests(OutlinkTopicServers servers)
{
    private const string Model = "outlink-topic-model";
    private const string Predict = "/v1/models/outlink-topic-model:predict";
    private const string EasternAfrica = "Geography.Regions.Africa.Eastern_Africa";
    private const string WesternEurope = "Geography.Regions.Europe.Western_Europe";

    [Theory(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    [InlineData("""{"lang":"en","page_title":"Lake Victoria"}""")]
    [InlineData("""{"lang":"en","page_title":"lake_Victoria","threshold":0}""")]
    [InlineData("""{"lang":"en","page_title":"Victoria Nyanza","debug":true}""")]
    [InlineData("""{"lang":"en","page_id":32,"threshold":0.25}""")]
    [InlineData("""{"wiki_id":"zh_yuewiki","page_id":32}""")]
    [InlineData("""{"lang":"en","page_id":32,"revision_id":100031}""")]
    [InlineData("""{"lang":"en","page_title":"Rhine","revision_id":100035,"debug":1}""")]
    [InlineData("""{"lang":"ja","page_title":"日本"}""")]
    [InlineData("""{"lang":"en","page_title":"Q&A + more?"}""")]
    [InlineData("""{"lang":"en","page_id":38}""")]
    [InlineData("""{"lang":"en","page_id":5,"features_str":"Q142 Q183","debug":true}""")]
    [InlineData("""{"event":{"$schema":"/mediawiki/page/change/1.3.0","wiki_id":"enwiki","meta":{"domain":"en.wikipedia.org"},"page":{"page_id":32,"page_title":"Lake_Victoria"},"revision":{"rev_id":100033}}}""")]
    [InlineData("""{"event":{"$schema":"/mediawiki/revision/create/2.0.0","database":"enwiki","meta":{"domain":"en.wikipedia.org"},"page_id":32,"page_title":"Lake_Victoria","rev_id":100033}}""")]
    public async Task The_response_is_the_same_in_every_topology_and_protocol(string body)
    {
        var expected = (await servers.Collocated.PostAsync(Predict, body)).AssertOk().Body;

        Assert.NotEmpty(JsonNode.Parse(expected)!["prediction"]!["article"]!.GetValue<string>());
        Assert.Equal(expected, (await servers.Split.PostAsync(Predict, body)).AssertOk().Body);
        foreach (var server in new[] { servers.Collocated, servers.Split })
        {
            Assert.Equal(expected, await server.CallOverRestAsync(Model, body));
            Assert.Equal(expected, await server.CallOverGrpcAsync(Model, body));
        }
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task An_article_that_links_to_Kenya_and_Uganda_is_about_Eastern_Africa()
    {
        var topics = await TopicsAsync("""{"lang":"en","page_title":"Lake Victoria"}""");

        Assert.True(topics[EasternAfrica] > 0.5);
        Assert.DoesNotContain(topics, topic => topic.Key.StartsWith("Geography.Regions.Europe", StringComparison.Ordinal));
        Assert.True((await TopicsAsync("""{"lang":"en","page_title":"Rhine"}"""))[WesternEurope] > 0.5);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task The_response_identifies_the_article_as_requested()
    {
        Assert.Equal("https://en.wikipedia.org/wiki/Lake Victoria", await ArticleAsync("""{"lang":"en","page_title":"Lake Victoria"}"""));
        Assert.Equal("https://en.wikipedia.org/wiki?curid=32", await ArticleAsync("""{"lang":"en","page_id":32}"""));
    }

    [Theory(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    [InlineData("Lake Victoria", 100033)]
    // One of its links is a redirect: its item is that of the redirect target.
    [InlineData("Rhine", 100035)]
    // Six hundred red links and three others: continued.
    [InlineData("List of places", 100040)]
    public async Task An_article_and_its_last_revision_have_the_same_scores(string title, int revision)
    {
        var now = await TopicsAsync($$"""{"lang":"en","page_title":"{{title}}","debug":true}""");

        Assert.Equal(22, now.Count);
        Assert.Equal(now, await TopicsAsync($$"""{"lang":"en","page_title":"{{title}}","revision_id":{{revision}},"debug":true}"""));
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_revision_is_scored_with_its_own_links()
    {
        servers.Proxy.Clear();

        await TopicsAsync("""{"lang":"en","page_id":32,"revision_id":100031}""");

        Assert.Contains("oldid=100031", servers.Proxy.Calls[0].Target, StringComparison.Ordinal);
        Assert.EndsWith("titles=Kenya", servers.Proxy.Calls[1].Target.Split('&').Single(part => part.StartsWith("titles", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    [InlineData("""{"lang":"en","page_title":"No such page"}""", "There is no page 'No such page' on en.wikipedia.org.")]
    [InlineData("""{"lang":"en","page_title":"Deleted page"}""", "There is no page 'Deleted page' on en.wikipedia.org.")]
    [InlineData("""{"lang":"als","page_id":99999}""", "There is no page with id 99999 on als.wikipedia.org.")]
    public async Task A_missing_page_is_422(string body, string error) => (await servers.Collocated.PostAsync(Predict, body)).AssertError(422, "unscorable_input", error);

    [Theory(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    [InlineData("""{"lang":"en","page_id":32,"revision_id":99999999}""", "Cannot fetch revision 99999999 on en.wikipedia.org: MediaWiki API error 'nosuchrevid'.")]
    [InlineData("""{"lang":"en","page_id":45,"revision_id":100048}""", "Cannot fetch revision 100048 on en.wikipedia.org: MediaWiki API error 'permissiondenied'.")]
    [InlineData("""{"lang":"en","page_id":2,"revision_id":100033}""", "Revision 100033 on en.wikipedia.org is of page 32, 'Lake Victoria', not of the requested page.")]
    [InlineData("""{"lang":"en","page_title":"Kenya","revision_id":100033}""", "Revision 100033 on en.wikipedia.org is of page 32, 'Lake Victoria', not of the requested page.")]
    [InlineData("""{"event":{"$schema":"/mediawiki/page/change/1.3.0","wiki_id":"enwiktionary","meta":{"domain":"en.wiktionary.org"},"page":{"page_id":32,"page_title":"A"},"revision":{"rev_id":1}}}""", "This model is not recommended for use in projects outside of Wikipedia — e.g. Wiktionary, Wikinews, etc.")]
    [InlineData("""{"event":{"$schema":"/mediawiki/page/change/1.3.0","wiki_id":"evil.example/wiki","meta":{"domain":"en.wikipedia.org"},"page":{"page_id":32,"page_title":"A"},"revision":{"rev_id":1}}}""", "Unknown wiki_id: evil.example/wiki")]
    [InlineData("""{"event":{"$schema":"/mediawiki/user/create/1.0.0"}}""", "Unsupported event of schema /mediawiki/user/create/1.0.0, the lang value cannot be determined.")]
    public async Task An_invalid_request_is_400(string body, string error) => (await servers.Collocated.PostAsync(Predict, body)).AssertError(400, "invalid_input", error);

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task An_invalid_title_is_400()
    {
        var response = await servers.Collocated.PostAsync(Predict, """{"lang":"en","page_title":"A[b]"}""");

        response.AssertError(400, "invalid_input");
        Assert.StartsWith("Invalid page 'A[b]' on en.wikipedia.org: ", JsonNode.Parse(response.Body)!["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task An_article_without_links_is_scored_and_has_no_topics()
        => Assert.Empty(await TopicsAsync("""{"lang":"en","page_title":"Lonely page"}"""));

    [Theory(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    [InlineData("en", "en.wikipedia.org")]
    [InlineData("zh-yue", "zh-yue.wikipedia.org")]
    [InlineData("gsw", "als.wikipedia.org")]
    public async Task The_Host_header_names_the_wiki(string lang, string host)
    {
        servers.Proxy.Clear();

        await TopicsAsync($$"""{"lang":"{{lang}}","page_title":"Nile"}""");

        Assert.NotEmpty(servers.Proxy.Calls);
        Assert.All(servers.Proxy.Calls, call => Assert.Equal(host, call.Host));
        Assert.All(servers.Proxy.Calls, call => Assert.StartsWith("InferenceServices/", call.UserAgent, StringComparison.Ordinal));
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Several_requests_in_one_V2_tensor_have_ordered_responses()
    {
        var bodies = new[] { """{"lang":"en","page_title":"Rhine"}""", """{"lang":"en","page_title":"Nile"}""" };
        var answer = JsonNode.Parse((await servers.Collocated.PostAsync(
            "/v2/models/outlink-topic-model/infer", JsonSerializer.Serialize(new { id = "mine", inputs = new[] { new { name = "input", shape = new[] { 2 }, datatype = "BYTES", data = bodies } } }))).AssertOk().Body)!;

        Assert.Equal("mine", answer["id"]!.GetValue<string>());
        Assert.Equal(["https://en.wikipedia.org/wiki/Rhine", "https://en.wikipedia.org/wiki/Nile"], answer["outputs"]![0]!["data"]!.AsArray().Select(item => JsonNode.Parse(item!.GetValue<string>())!["prediction"]!["article"]!.GetValue<string>()));
    }

    private async Task<Dictionary<string, float>> TopicsAsync(string body)
        => JsonNode.Parse((await servers.Collocated.PostAsync(Predict, body)).AssertOk().Body)!["prediction"]!["results"]!.AsArray()
            .ToDictionary(result => result!["topic"]!.GetValue<string>(), result => result!["score"]!.GetValue<float>());

    private async Task<string> ArticleAsync(string body)
        => JsonNode.Parse((await servers.Collocated.PostAsync(Predict, body)).AssertOk().Body)!["prediction"]!["article"]!.GetValue<string>();
}
