using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Functional.Tests.Wiki;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.OutlinkTopic;

[Collection(OutlinkTopicShared.Name)]
public sealed class CacheTests(OutlinkTopicServers servers)
{
    private const string Predict = "/v1/models/outlink-topic-model:predict";
    private const string Article = """{"lang":"en","page_id":32}""";
    private const string Revision = """{"lang":"en","page_id":32,"revision_id":100033}""";

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_hundred_equal_concurrent_requests_cause_one_fetch()
    {
        await using var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var server = await OutlinkTopicServers.StartAsync(proxy);
        var gate = new TaskCompletionSource();
        proxy.Fault = async _ =>
        {
            await gate.Task;
            return false;
        };
        var requests = Enumerable.Range(0, 100).Select(_ => server.PostAsync(Predict, Article)).ToArray();
        // The fetching request waits for the wiki until all other requests are in flight.
        await WaitForInFlightAsync(server, 100);
        gate.SetResult();

        var answers = await Task.WhenAll(requests).WaitAsync(RunningServer.Guard);

        Assert.Single(proxy.Calls);
        Assert.Single(answers.Select(answer => answer.AssertOk().Body).Distinct());
        Assert.Equal(1, answers.Count(answer => XCache(answer) == "miss"));
        Assert.Equal(99, answers.Count(answer => XCache(answer) == "coalesced"));
        Assert.All(answers, answer => Assert.Equal("no-cache", answer.Headers.CacheControl!.ToString()));
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_revision_is_fetched_once_for_all_protocols()
    {
        await using var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var server = await OutlinkTopicServers.StartAsync(proxy);

        var first = await server.PostAsync(Predict, Revision);
        var calls = proxy.Calls.Count;
        var second = await server.PostAsync(Predict, """{"revision_id":100033,"wiki_id":"enwiki","page_id":32,"threshold":0.5}""");
        var third = await server.PostAsync("/v2/models/outlink-topic-model/infer", $$"""{"inputs":[{"name":"input","shape":[1],"datatype":"BYTES","data":[{{System.Text.Json.JsonSerializer.Serialize(Revision)}}]}]}""");
        var input = new ModelInferRequest.Types.InferInputTensor { Name = "input", Datatype = "BYTES", Shape = { 1 }, Contents = new InferTensorContents { BytesContents = { Google.Protobuf.ByteString.CopyFromUtf8(Revision) } } };
        using var call = server.Grpc.ModelInferAsync(new ModelInferRequest { ModelName = "outlink-topic-model", Inputs = { input } });
        var fourth = await call.ResponseAsync;

        Assert.Equal(("miss", "hit", "hit"), (XCache(first), XCache(second), XCache(third)));
        Assert.Equal("hit", (await call.ResponseHeadersAsync).GetValue("x-cache"));
        Assert.Equal(first.AssertOk().Body, second.AssertOk().Body);
        Assert.Equal(first.Body, fourth.Outputs[0].Contents.BytesContents[0].ToStringUtf8());
        Assert.Equal(TimeSpan.FromDays(1), second.Headers.CacheControl!.MaxAge);
        Assert.NotNull(second.Headers.Age);
        Assert.Null(first.Headers.Age);
        Assert.Equal(calls, proxy.Calls.Count);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task An_article_is_fetched_again_for_later_requests()
    {
        await using var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var server = await OutlinkTopicServers.StartAsync(proxy);

        await server.PostAsync(Predict, Article);
        var later = await server.PostAsync(Predict, Article);

        Assert.Equal("miss", XCache(later));
        Assert.Equal(2, proxy.Calls.Count);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Without_the_cache_no_response_is_cached_and_no_header_sent()
    {
        await using var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var server = await OutlinkTopicServers.StartAsync(proxy, "--prediction_cache=false");

        await server.PostAsync(Predict, Revision);
        var calls = proxy.Calls.Count;
        var second = await server.PostAsync(Predict, Revision);

        Assert.False(second.Headers.Contains("x-cache"));
        Assert.Null(second.Headers.CacheControl);
        Assert.Equal(2 * calls, proxy.Calls.Count);
    }

    private static string XCache(Answer answer) => answer.Headers.GetValues("x-cache").Single();

    private static async Task WaitForInFlightAsync(RunningServer server, int requests)
    {
        using var guard = new CancellationTokenSource(RunningServer.Guard);
        while (!(await server.GetAsync("/metrics")).Body.Contains($"\nrequest_in_flight {requests}\n", StringComparison.Ordinal)) guard.Token.ThrowIfCancellationRequested();
    }
}
