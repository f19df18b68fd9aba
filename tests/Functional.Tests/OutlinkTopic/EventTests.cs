using System.Text.Json.Nodes;
using Grpc.Core;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Functional.Tests.Telemetry;
using InferenceServices.Functional.Tests.Wiki;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.OutlinkTopic;

/// <summary>From a page_change to EventGate: available, unavailable or rejecting.</summary>
[Collection(OutlinkTopicShared.Name)]
public sealed class EventTests(OutlinkTopicServers servers)
{
    private const string Predict = "/v1/models/outlink-topic-model:predict";
    private const string Stream = "mediawiki.page_outlink_topic_prediction_change.v1";

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_change_causes_a_prediction_and_an_event()
    {
        await using var gate = await TestEventGate.StartAsync();
        await using var server = await StartAsync(gate);

        var answer = await server.PostAsync(Predict, Change("source-1", """{"page_id":32,"page_title":"Lake_Victoria","namespace_id":0,"is_redirect":false}""", 100033));
        var sent = JsonNode.Parse(await gate.NextAsync())!;

        answer.AssertOk();
        Assert.Equal("/mediawiki/page/prediction_classification_change/1.3.0", sent["$schema"]!.GetValue<string>());
        Assert.Equal(Stream, sent["meta"]!["stream"]!.GetValue<string>());
        Assert.Equal("en.wikipedia.org", sent["meta"]!["domain"]!.GetValue<string>());
        var predicted = sent["predicted_classification"]!;
        Assert.Equal(("outlink-topic-model", "test_1"), (predicted["model_name"]!.GetValue<string>(), predicted["model_version"]!.GetValue<string>()));
        Assert.Equal(
            JsonNode.Parse(answer.Body)!["prediction"]!["results"]!.AsArray().Select(topic => topic!["topic"]!.GetValue<string>()),
            predicted["predictions"]!.AsArray().Select(topic => topic!.GetValue<string>()));
        Assert.Equal(22, predicted["probabilities"]!.AsObject().Count);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Events_of_a_hundred_changes_are_sent_once_each_after_EventGate_recovers()
    {
        await using var gate = await TestEventGate.StartAsync();
        await using var server = await StartAsync(gate);
        gate.IsDown = true;

        for (var start = 0; start < 100; start += 50)
        {
            var answers = await Task.WhenAll(Enumerable.Range(start, 50).Select(number => server.PostAsync(Predict, Lake($"source-{number}"))));
            Assert.All(answers, answer => answer.AssertOk());
        }
        Assert.Equal(0, gate.Count);
        gate.IsDown = false;

        var ids = new List<string>();
        while (ids.Count < 100) ids.Add(JsonNode.Parse(await gate.NextAsync())!["meta"]!["id"]!.GetValue<string>());
        Assert.Equal(100, ids.Distinct().Count());
        // Accepted events are not sent again at shutdown.
        await server.StopAsync();
        Assert.Equal(0, gate.Count);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task The_same_change_has_the_same_event_id()
    {
        await using var gate = await TestEventGate.StartAsync();
        await using var server = await StartAsync(gate);

        (await server.PostAsync(Predict, Lake("source-1"))).AssertOk();
        var first = JsonNode.Parse(await gate.NextAsync())!["meta"]!["id"]!.GetValue<string>();
        // The outbox ignores an event whose id is pending.
        await Samples.WaitForAsync(server, "eventgate_waiting", 0);
        (await server.PostAsync(Predict, Lake("source-1"))).AssertOk();
        var second = JsonNode.Parse(await gate.NextAsync())!["meta"]!["id"]!.GetValue<string>();
        (await server.PostAsync(Predict, Lake("source-2"))).AssertOk();

        Assert.Equal(first, second);
        Assert.NotEqual(first, JsonNode.Parse(await gate.NextAsync())!["meta"]!["id"]!.GetValue<string>());
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Requests_without_an_event_send_no_event()
    {
        await using var gate = await TestEventGate.StartAsync();
        await using var server = await StartAsync(gate);

        (await server.PostAsync(Predict, """{"lang":"en","page_id":32,"revision_id":100033}""")).AssertOk();
        (await server.PostAsync(Predict, Lake("after"))).AssertOk();

        Assert.Equal("request-of-after", JsonNode.Parse(await gate.NextAsync())!["meta"]!["request_id"]!.GetValue<string>());
        Assert.Equal(0, gate.Count);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_revision_create_cannot_become_a_classification_change()
    {
        await using var gate = await TestEventGate.StartAsync();
        await using var server = await StartAsync(gate);

        (await server.PostAsync(Predict, """{"event":{"$schema":"/mediawiki/revision/create/2.0.0","database":"enwiki","meta":{"domain":"en.wikipedia.org"},"page_id":32,"page_title":"Lake_Victoria","rev_id":100033}}"""))
            .AssertError(400, "invalid_input", "Unsupported event of schema /mediawiki/revision/create/2.0.0, please contact the ML team.");
    }

    [Theory(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    [InlineData(""","features_str":"Q114 Q1036"}""")]
    [InlineData(""","revision_id":100031}""")]
    public async Task A_prediction_from_values_of_the_client_is_not_published(string fields)
    {
        await using var gate = await TestEventGate.StartAsync();
        await using var server = await StartAsync(gate);

        (await server.PostAsync(Predict, Lake("given")[..^1] + fields)).AssertOk();
        (await server.PostAsync(Predict, Lake("after"))).AssertOk();

        Assert.Equal("request-of-after", JsonNode.Parse(await gate.NextAsync())!["meta"]!["request_id"]!.GetValue<string>());
        Assert.Equal(0, gate.Count);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task With_a_second_stream_the_topics_are_also_sent_as_tags_of_the_page()
    {
        await using var gate = await TestEventGate.StartAsync();
        await using var server = await StartAsync(gate, "--eventgate_weighted_tags_change_stream=tags.v1");

        var topics = JsonNode.Parse((await server.PostAsync(Predict, Lake("source-1"))).AssertOk().Body)!["prediction"]!["results"]!.AsArray();
        JsonNode[] sent = [JsonNode.Parse(await gate.NextAsync())!, JsonNode.Parse(await gate.NextAsync())!];

        Assert.Equal([Stream, "tags.v1"], sent.Select(content => content["meta"]!["stream"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        var tags = sent.Single(content => content["meta"]!["stream"]!.GetValue<string>() == "tags.v1");
        Assert.Equal("/mediawiki/cirrussearch/page_weighted_tags_change/1.0.0", tags["$schema"]!.GetValue<string>());
        Assert.Equal(
            topics.Select(topic => topic!["topic"]!.GetValue<string>()),
            tags["weighted_tags"]!["set"]!["classification.prediction.articletopic"]!.AsArray().Select(tag => tag!["tag"]!.GetValue<string>()));
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task With_a_key_only_clients_that_have_it_may_send_events()
    {
        await using var gate = await TestEventGate.StartAsync();
        await using var server = await StartAsync(gate, "--event_key=secret");

        (await server.PostAsync(Predict, Lake("without"))).AssertError(403, "event_forbidden", "A request with the field 'event' needs the header x-event-key with the key of this server.");
        Assert.Equal(403, (await WithKeyAsync(server, "wrong")).Status);
        var refused = await Assert.ThrowsAsync<RpcException>(() => server.CallOverGrpcAsync("outlink-topic-model", Lake("grpc")));
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
        (await server.PostAsync(Predict, """{"lang":"en","page_id":32,"revision_id":100033}""")).AssertOk();
        (await WithKeyAsync(server, "secret")).AssertOk();

        Assert.Equal("request-of-with", JsonNode.Parse(await gate.NextAsync())!["meta"]!["request_id"]!.GetValue<string>());
        Assert.Equal(0, gate.Count);
    }

    private static async Task<Answer> WithKeyAsync(RunningServer server, string key)
    {
        var content = RunningServer.Json(Lake("with"));
        using var message = new HttpRequestMessage(HttpMethod.Post, Predict) { Content = content, Headers = { { "x-event-key", key } } };
        return await Answer.OfAsync(await server.Client.SendAsync(message));
    }

    private Task<RunningServer> StartAsync(TestEventGate gate, params string[] switches)
        => OutlinkTopicServers.StartAsync(
            servers.Proxy, [$"--eventgate_url={gate.Url}", $"--eventgate_stream={Stream}", "--model_version=test_1", "--drain_delay_seconds=0", .. switches]);

    private static string Lake(string id) => Change(id, """{"page_id":32,"page_title":"Lake_Victoria","namespace_id":0,"is_redirect":false}""", 100033);

    private static string Change(string id, string page, int revision)
        => $$$$"""{"event":{"$schema":"/mediawiki/page/change/1.3.0","changelog_kind":"update","page_change_kind":"edit","dt":"2025-10-29T11:05:00Z","wiki_id":"enwiki","meta":{"id":"{{{{id}}}}","request_id":"request-of-{{{{id}}}}","domain":"en.wikipedia.org","stream":"mediawiki.page_change.v1"},"page":{{{{page}}}},"revision":{"rev_id":{{{{revision}}}},"rev_dt":"2025-10-29T11:05:00Z"}}}""";
}
