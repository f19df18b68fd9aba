using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Functional.Tests.Wiki;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.Functional.Tests.Revscoring;

/// <summary>Scores of revisions against a real MediaWiki; tests/Wiki/README.md lists its pages.</summary>
[Collection(RevscoringShared.Name)]
public sealed class RevscoringTests(RevscoringServers servers)
{
    private const string Model = "enwiki-reverted";
    private const string Predict = "/v1/models/enwiki-reverted:predict";
    private const string Stream = "mediawiki.revision_score_reverted";
    private const int Vandalism = 100054;
    private const int Revert = 100055;
    private const int Good = 100057;

    [Theory(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    [InlineData("""{"rev_id":100031}""")]
    [InlineData("""{"rev_id":100033,"extended_output":false}""")]
    [InlineData("""{"rev_id":100054,"extended_output":true}""")]
    [InlineData("""{"rev_id":100055,"features":{"feature.revision.user.is_anon":true},"extended_output":true}""")]
    [InlineData("""{"event":{"$schema":"/mediawiki/page/change/1.3.0","wiki_id":"enwiki","meta":{"domain":"en.wikipedia.org"},"page":{"page_id":48,"page_title":"Lakes"},"revision":{"rev_id":100054}}}""")]
    [InlineData("""{"event":{"$schema":"/mediawiki/revision/create/2.0.0","database":"enwiki","meta":{"domain":"en.wikipedia.org"},"page_id":48,"page_title":"Lakes","rev_id":100054}}""")]
    public async Task The_response_is_the_same_in_every_topology_and_protocol(string body)
    {
        var expected = (await servers.Collocated.PostAsync(Predict, body)).AssertOk().Body;

        Assert.Equal(expected, (await servers.Split.PostAsync(Predict, body)).AssertOk().Body);
        foreach (var server in new[] { servers.Collocated, servers.Split })
        {
            Assert.Equal(expected, await server.CallOverRestAsync(Model, body));
            Assert.Equal(expected, await server.CallOverGrpcAsync(Model, body));
        }
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task The_response_has_the_format_of_ORES()
    {
        var answer = JsonNode.Parse((await servers.Collocated.PostAsync(Predict, """{"rev_id":100054}""")).AssertOk().Body)!;

        Assert.Equal("0.5.1", answer["enwiki"]!["models"]!["reverted"]!["version"]!.GetValue<string>());
        var score = answer["enwiki"]!["scores"]!["100054"]!["reverted"]!.AsObject();
        Assert.Equal(["score"], score.Select(entry => entry.Key));
        Assert.Equal(["prediction", "probability"], score["score"]!.AsObject().Select(entry => entry.Key));
        Assert.True(score["score"]!["prediction"]!.GetValue<bool>());
        Assert.Equal(["false", "true"], score["score"]!["probability"]!.AsObject().Select(entry => entry.Key));
        Assert.Equal(1, score["score"]!["probability"]!.AsObject().Sum(entry => entry.Value!.GetValue<double>()), 5);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Vandalism_has_a_higher_score_than_its_revert_and_a_good_edit()
    {
        var vandalism = await ProbabilityAsync(Vandalism);

        Assert.True(vandalism > 0.5);
        Assert.True(await ProbabilityAsync(Revert) < vandalism);
        Assert.True(await ProbabilityAsync(Good) < 0.5);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Features_are_returned_with_their_types()
    {
        var answer = (await servers.Collocated.PostAsync(Predict, """{"rev_id":100054,"extended_output":true}""")).AssertOk().Body;

        var features = JsonNode.Parse(answer)!["enwiki"]!["scores"]!["100054"]!["reverted"]!["features"]!.AsObject();
        Assert.Equal(
            """
            feature.wikitext.revision.diff.longest_repeated_char_added 8
            feature.wikitext.revision.diff.words_added 7.0
            feature.wikitext.revision.diff.words_removed 6.0
            feature.revision.user.is_anon true
            feature.revision.user.in_group({'bot', 'sysop'}) false
            feature.temporal.revision.user.seconds_since_registration 0
            """,
            string.Join("\n", features.Where(feature => !feature.Key.Contains("english", StringComparison.Ordinal)).Select(feature => $"{feature.Key} {feature.Value!.ToJsonString()}")));
        Assert.True(features["feature.english.informals.revision.diff.match_prop_delta_sum"]!.GetValue<double>() >= 1);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_given_feature_value_replaces_the_computed_value()
    {
        var anonymous = await ProbabilityAsync(Good, ""","features":{"feature.revision.user.is_anon":true,"feature.temporal.revision.user.seconds_since_registration":0}""");

        Assert.True(anonymous > await ProbabilityAsync(Good));
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_request_with_all_feature_values_calls_no_wiki()
    {
        await using var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var server = await RevscoringServers.StartAsync(proxy, "enwiki-reverted", RevscoringServers.RevertedModel);
        var extended = JsonNode.Parse((await server.PostAsync(Predict, """{"rev_id":100054,"extended_output":true}""")).AssertOk().Body)!["enwiki"]!["scores"]!["100054"]!["reverted"]!;
        var calls = proxy.Calls.Count;

        var predicted = JsonNode.Parse((await server.PostAsync(Predict, $$"""{"rev_id":1,"features":{{extended["features"]!.ToJsonString()}}}""")).AssertOk().Body)!;

        Assert.Equal(calls, proxy.Calls.Count);
        Assert.True(JsonNode.DeepEquals(extended["score"], predicted["enwiki"]!["scores"]!["1"]!["reverted"]!["score"]));
    }

    [Theory(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    [InlineData("{}", "Expected \"rev_id\" in input data.")]
    [InlineData("""{"rev_id":null}""", "Expected \"rev_id\" in input data.")]
    [InlineData("""{"rev_id":"100054"}""", "Expected \"rev_id\" to be an integer.")]
    [InlineData("""{"rev_id":true}""", "Expected \"rev_id\" to be an integer.")]
    [InlineData("""{"rev_id":1.5}""", "Expected \"rev_id\" to be an integer.")]
    [InlineData("""{"rev_id":100054,"extended_output":"maybe"}""", "Expected \"extended_output\" to be true or false, got \"maybe\".")]
    [InlineData("""{"rev_id":100054,"features":[]}""", "Expected \"features\" to be an object of values by feature name.")]
    [InlineData("""{"rev_id":100054,"features":{"feature.nonsense":1}}""", "Expected \"features\" to have names of features, got \"feature.nonsense\".")]
    [InlineData("""{"rev_id":100054,"features":{"feature.revision.user.is_anon":1}}""", "Expected \"features.feature.revision.user.is_anon\" to be true or false, got 1.")]
    [InlineData("""{"event":{"$schema":"/mediawiki/user/create/1.0.0"}}""", "Unsupported event of schema /mediawiki/user/create/1.0.0, the rev_id value cannot be determined.")]
    [InlineData("""{"event":{"$schema":"/mediawiki/page/change/1.3.0","wiki_id":"dewiki","meta":{"domain":"de.wikipedia.org"},"page":{"page_id":48,"page_title":"Lakes"},"revision":{"rev_id":100054}}}""", "Expected \"event\" to be of enwiki, the wiki of this model, got one of dewiki.")]
    [InlineData("""{"rev_id":99999999}""", "The MW API does not have any info related to the rev-id provided as input (99999999), therefore it is not possible to extract features properly. One possible cause is the deletion of the page related to the revision id. Please contact the ML-Team if you need more info.")]
    [InlineData("""{"rev_id":-5}""", "The MW API does not have any info related to the rev-id provided as input (-5), therefore it is not possible to extract features properly. One possible cause is the deletion of the page related to the revision id. Please contact the ML-Team if you need more info.")]
    [InlineData("""{"rev_id":100051}""", "The MW API does not have any info related to the rev-id provided as input (100051), therefore it is not possible to extract features properly. One possible cause is the deletion of the page related to the revision id. Please contact the ML-Team if you need more info.")]
    [InlineData("""{"rev_id":100048}""", "Missing resource for rev-id 100048: TextDeleted: Text deleted (datasource.revision.text)")]
    [InlineData("""{"rev_id":100049}""", "Missing resource for rev-id 100049: TextDeleted: Text deleted (datasource.revision.parent.text)")]
    [InlineData("""{"rev_id":100056}""", "Missing resource for rev-id 100056: UserDeleted: User deleted (datasource.revision.user)")]
    [InlineData("""{"rev_id":100052}""", "Unexpected content type for rev-id 100052: Expected content of type wikitext, but revision 100052 is of type javascript.")]
    public async Task A_revision_that_cannot_be_scored_is_400(string body, string error) => (await servers.Collocated.PostAsync(Predict, body)).AssertError(400, "invalid_input", error);

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_failure_of_the_wiki_has_the_message_of_Lift_Wing()
    {
        await using var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var server = await RevscoringServers.StartAsync(proxy, "enwiki-reverted", RevscoringServers.RevertedModel);
        proxy.Fault = http =>
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.FromResult(true);
        };

        (await server.PostAsync(Predict, """{"rev_id":100054}""")).AssertError(
            503,
            "upstream_unavailable",
            "An error happened while fetching feature values from the MediaWiki API, please contact the ML-Team if the issue persists. The wiki cannot answer now (http-503); try again later.");
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_revision_takes_three_calls_and_an_article_one()
    {
        await using var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var edits = await RevscoringServers.StartAsync(proxy, "enwiki-reverted", RevscoringServers.RevertedModel);
        await using var articles = await RevscoringServers.StartAsync(proxy, "enwiki-articlequality", TestModels.PathOf(Path.Combine("revscoring", "articlequality")));

        (await edits.PostAsync(Predict, """{"rev_id":100057}""")).AssertOk();
        Assert.Equal(3, proxy.Calls.Count);
        Assert.All(proxy.Calls, call => Assert.Equal("en.wikipedia.org", call.Host));
        proxy.Clear();
        // An IP address is not a user, and the first revision of a page has no parent.
        (await edits.PostAsync(Predict, """{"rev_id":100054}""")).AssertOk();
        (await edits.PostAsync(Predict, """{"rev_id":100053}""")).AssertOk();
        Assert.Equal(4, proxy.Calls.Count);
        proxy.Clear();

        (await articles.PostAsync("/v1/models/enwiki-articlequality:predict", """{"rev_id":100057}""")).AssertOk();
        Assert.Single(proxy.Calls);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_revision_too_large_is_422()
    {
        await using var server = await RevscoringServers.StartAsync(servers.Proxy, "enwiki-reverted", RevscoringServers.RevertedModel, "--max_revision_bytes=100");

        (await server.PostAsync(Predict, """{"rev_id":100053}""")).AssertError(422, "unscorable_input", "The revision has 242 bytes of wikitext; at most 100 are scored.");
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task The_response_of_a_revision_is_cached()
    {
        await using var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var server = await RevscoringServers.StartAsync(proxy, "enwiki-reverted", RevscoringServers.RevertedModel);

        var first = (await server.PostAsync(Predict, """{"rev_id":100057}""")).AssertOk();
        var calls = proxy.Calls.Count;
        var second = (await server.PostAsync(Predict, """{"rev_id":100057}""")).AssertOk();
        var other = (await server.PostAsync(Predict, """{"rev_id":100057,"features":{"feature.revision.user.is_anon":true}}""")).AssertOk();

        Assert.Equal(("miss", "hit", "miss"), (XCache(first), XCache(second), XCache(other)));
        Assert.Equal(first.Body, second.Body);
        Assert.NotEqual(first.Body, other.Body);
        Assert.True(calls < proxy.Calls.Count);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Models_of_eighty_features_and_article_quality_are_served()
    {
        var damaging = JsonNode.Parse((await servers.Damaging.PostAsync("/v1/models/enwiki-damaging:predict", """{"rev_id":100054,"extended_output":true}""")).AssertOk().Body)!["enwiki"]!["scores"]!["100054"]!["damaging"]!;
        var quality = JsonNode.Parse((await servers.ArticleQuality.PostAsync("/v1/models/enwiki-articlequality:predict", """{"rev_id":100054,"extended_output":true}""")).AssertOk().Body)!["enwiki"]!["scores"]!["100054"]!["articlequality"]!;

        Assert.Equal(78, damaging["features"]!.AsObject().Count);
        Assert.Equal(JsonValueKind.True, damaging["features"]!["feature.revision.page.is_articleish"]!.GetValueKind());
        Assert.Equal(JsonValueKind.True, damaging["features"]!["feature.revision.comment.suggests_section_edit"]!.GetValueKind());
        Assert.Equal(26, quality["features"]!.AsObject().Count);
        Assert.Equal(1, quality["features"]!["feature.enwiki.revision.category_links"]!.GetValue<double>());
        Assert.Contains(quality["score"]!["prediction"]!.GetValue<string>(), quality["score"]!["probability"]!.AsObject().Select(entry => entry.Key));
        Assert.Equal(6, quality["score"]!["probability"]!.AsObject().Count);
    }

    [Theory(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    [InlineData("""{"$schema":"/mediawiki/page/change/1.3.0","meta":{"id":"source-1","domain":"en.wikipedia.org","stream":"s"},"wiki_id":"enwiki","dt":"2025-10-29T11:05:00Z","page":{"page_id":48,"page_title":"Lakes","namespace_id":0,"is_redirect":false},"revision":{"rev_id":100054,"rev_dt":"2025-03-01T12:15:00Z"}}""")]
    [InlineData("""{"$schema":"/mediawiki/revision/create/2.0.0","meta":{"id":"source-1","domain":"en.wikipedia.org","stream":"s"},"database":"enwiki","page_id":48,"page_title":"Lakes","page_namespace":0,"page_is_redirect":false,"rev_id":100054,"rev_timestamp":"2025-03-01T12:15:00Z"}""")]
    public async Task A_change_is_scored_and_sends_an_event(string change)
    {
        await using var gate = await TestEventGate.StartAsync();
        await using var server = await RevscoringServers.StartAsync(
            servers.Proxy, Model, RevscoringServers.RevertedModel, $"--eventgate_url={gate.Url}", $"--eventgate_stream={Stream}", "--drain_delay_seconds=0");

        var answer = (await server.PostAsync(Predict, $$"""{"event":{{change}}}""")).AssertOk();
        var sent = JsonNode.Parse(await gate.NextAsync())!;

        Assert.Equal("/mediawiki/revision/score/3.0.0", sent["$schema"]!.GetValue<string>());
        Assert.Equal((Stream, "en.wikipedia.org"), (sent["meta"]!["stream"]!.GetValue<string>(), sent["meta"]!["domain"]!.GetValue<string>()));
        Assert.Equal((48, 100054), (sent["page_id"]!.GetValue<int>(), sent["rev_id"]!.GetValue<int>()));
        var score = sent["scores"]!["reverted"]!;
        Assert.Equal(("reverted", "0.5.1", "true"), (score["model_name"]!.GetValue<string>(), score["model_version"]!.GetValue<string>(), score["prediction"]!.AsArray().Single()!.GetValue<string>()));
        Assert.Equal(
            JsonNode.Parse(answer.Body)!["enwiki"]!["scores"]!["100054"]!["reverted"]!["score"]!["probability"]!["true"]!.GetValue<float>(),
            score["probability"]!["true"]!.GetValue<float>());
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_score_from_feature_values_of_the_client_is_not_published()
    {
        const string Change = """{"$schema":"/mediawiki/revision/create/2.0.0","meta":{"id":"source-1","domain":"en.wikipedia.org","stream":"s"},"database":"enwiki","page_id":48,"page_title":"Lakes","page_namespace":0,"page_is_redirect":false,"rev_id":100054,"rev_timestamp":"2025-03-01T12:15:00Z"}""";
        await using var gate = await TestEventGate.StartAsync();
        await using var server = await RevscoringServers.StartAsync(
            servers.Proxy, Model, RevscoringServers.RevertedModel, $"--eventgate_url={gate.Url}", $"--eventgate_stream={Stream}", "--drain_delay_seconds=0");

        (await server.PostAsync(Predict, $$"""{"features":{"feature.revision.user.is_anon":false},"event":{{Change.Replace("source-1", "given", StringComparison.Ordinal)}} }""")).AssertOk();
        (await server.PostAsync(Predict, $$"""{"features":{},"event":{{Change}} }""")).AssertOk();

        var sent = JsonNode.Parse(await gate.NextAsync())!;
        Assert.Equal("true", sent["scores"]!["reverted"]!["prediction"]!.AsArray().Single()!.GetValue<string>());
        Assert.Equal(0, gate.Count);
    }

    private static string XCache(Answer answer) => answer.Headers.GetValues("x-cache").Single();

    private async Task<double> ProbabilityAsync(int revision, string more = "")
    {
        var answer = (await servers.Collocated.PostAsync(Predict, $$"""{"rev_id":{{revision}}{{more}}}""")).AssertOk();
        return JsonNode.Parse(answer.Body)!["enwiki"]!["scores"]![$"{revision}"]!["reverted"]!["score"]!["probability"]!["true"]!.GetValue<double>();
    }
}
