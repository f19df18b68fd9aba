using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Functional.Tests.Wiki;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.Functional.Tests.OutlinkTopic;

/// <summary>The table in <c>docs/wiki-failures.md</c>, row by row: the failure of the wiki, the response, and the number of calls.</summary>
[Collection(OutlinkTopicShared.Name)]
public sealed partial class FaultTests(OutlinkTopicServers servers)
{
    private const string Predict = "/v1/models/outlink-topic-model:predict";
    private const string Body = """{"lang":"en","page_id":32}""";

    // Keyed by the first column of the table. Each is the wiki's response to every call.
    private static readonly Dictionary<string, Func<HttpContext, Task<bool>>> Faults = new()
    {
        ["429 with `Retry-After: 0`"] = http => StatusAsync(http, 429, "0"),
        ["429 with `Retry-After: 100`"] = http => StatusAsync(http, 429, "100"),
        ["500"] = http => StatusAsync(http, 500),
        ["503"] = http => StatusAsync(http, 503),
        ["404"] = http => StatusAsync(http, 404),
        ["403"] = http => StatusAsync(http, 403),
        ["API error `maxlag`"] = http => BodyAsync(http, """{"error":{"code":"maxlag","info":"Waiting for a database: 9 seconds lagged."}}"""),
        ["API error `ratelimited`"] = http => BodyAsync(http, """{"error":{"code":"ratelimited","info":"You've exceeded your rate limit."}}"""),
        ["API error `readonly`"] = http => BodyAsync(http, """{"error":{"code":"readonly","info":"The wiki is currently in read-only mode."}}"""),
        ["API error `internal_api_error_DBQueryError`"] = http => BodyAsync(http, """{"error":{"code":"internal_api_error_DBQueryError","info":"[x] Caught exception."}}"""),
        ["any other API error"] = http => BodyAsync(http, """{"error":{"code":"badvalue","info":"Unrecognized value."}}"""),
        ["malformed JSON"] = http => BodyAsync(http, """{"query":{"pages":[{"pageid":"""),
        ["HTML page"] = http => BodyAsync(http, "<!DOCTYPE html><title>Error</title>", "text/html"),
        ["unexpected JSON"] = http => BodyAsync(http, "[1,2,3]"),
        ["connection reset within the body"] = async http =>
        {
            http.Response.ContentLength = 1000;
            await http.Response.WriteAsync("""{"query":{""");
            await http.Response.Body.FlushAsync();
            http.Abort();
            return true;
        },
        ["connection reset"] = http =>
        {
            http.Abort();
            return Task.FromResult(true);
        },
        ["no response"] = async http =>
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        },
    };

    public static TheoryData<string, int, string, int> Rows
    {
        get
        {
            var rows = new TheoryData<string, int, string, int>();
            foreach (var row in Row().Matches(File.ReadAllText(Checkout.PathOf("docs/wiki-failures.md"))).Cast<Match>())
                rows.Add(row.Groups["fault"].Value, int.Parse(row.Groups["status"].ValueSpan, CultureInfo.InvariantCulture), row.Groups["code"].Value, int.Parse(row.Groups["calls"].ValueSpan, CultureInfo.InvariantCulture));
            return rows;
        }
    }

    [Fact]
    public void Every_fault_has_its_row() => Assert.Equal(Faults.Keys.Order(StringComparer.Ordinal), Rows.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Theory(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    [MemberData(nameof(Rows))]
    public async Task A_failure_of_the_wiki_has_the_documented_response(string fault, int status, string code, int calls)
    {
        await using var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var server = await OutlinkTopicServers.StartAsync(proxy, "--aiohttp_client_timeout=0.2", "--mw_api_total_timeout=5");
        proxy.Fault = Faults[fault];
        var began = Stopwatch.GetTimestamp();

        var response = await server.PostAsync(Predict, Body);

        response.AssertError(status, code);
        Assert.Equal(calls, proxy.Calls.Count);
        // Three attempts of 0.2 seconds and the delays between them, doubled for a busy machine.
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10));
        Assert.Equal(status == 503, response.RetryAfter is not null);

        // The failure is not cached.
        proxy.Fault = null;
        (await server.PostAsync(Predict, Body)).AssertOk();
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_transient_failure_is_retried()
    {
        await using var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var server = await OutlinkTopicServers.StartAsync(proxy);
        var failing = 2;
        proxy.Fault = http => Interlocked.Decrement(ref failing) >= 0 ? StatusAsync(http, 503) : Task.FromResult(false);

        (await server.PostAsync(Predict, Body)).AssertOk();

        Assert.Equal(3, proxy.Calls.Count);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task An_unreachable_wiki_is_503()
    {
        var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var server = await OutlinkTopicServers.StartAsync(proxy);
        await proxy.DisposeAsync();

        (await server.PostAsync(Predict, Body)).AssertError(503, "upstream_unavailable", "The wiki cannot answer now (connection-failed); try again later.");
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task An_unresponsive_wiki_does_not_block_other_requests()
    {
        await using var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var server = await OutlinkTopicServers.StartAsync(proxy, "--mw_api_max_calls=2", "--mw_api_max_waiting=2", "--mw_api_max_retries=0", "--prediction_cache=false");
        var gate = new TaskCompletionSource();
        proxy.Fault = async _ =>
        {
            await gate.Task;
            return false;
        };
        var requests = Enumerable.Range(0, 20).Select(_ => server.PostAsync(Predict, Body)).ToList();
        // Two calls are in progress and two wait; the other sixteen fail immediately.
        for (var i = 0; i < 16; i++)
        {
            var completed = await Task.WhenAny(requests).WaitAsync(RunningServer.Guard);
            requests.Remove(completed);
            (await completed).AssertError(503, "upstream_unavailable", "The wiki cannot answer now (too-many-calls); try again later.");
        }

        (await server.PostAsync(Predict, """{"lang":"en","page_id":5,"features_str":"Q114 Q1036"}""").WaitAsync(RunningServer.Guard)).AssertOk();
        (await server.GetAsync("/v2/health/ready")).AssertOk();
        gate.SetResult();
        foreach (var answer in await Task.WhenAll(requests).WaitAsync(RunningServer.Guard)) answer.AssertOk();
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Cancellation_cancels_the_calls_to_the_wiki()
    {
        await using var proxy = await WikiProxy.StartAsync(servers.Wiki.Url);
        await using var server = await OutlinkTopicServers.StartAsync(proxy);
        var (came, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        proxy.Fault = async http =>
        {
            came.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            left.TrySetResult();
            return true;
        };
        using var cancellation = new CancellationTokenSource();
        var request = server.PostAsync(Predict, RunningServer.Json(Body), cancellation.Token);
        await came.Task.WaitAsync(RunningServer.Guard);
        await cancellation.CancelAsync();

        await left.Task.WaitAsync(RunningServer.Guard);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    private static Task<bool> StatusAsync(HttpContext http, int status, string? retryAfter = null)
    {
        http.Response.StatusCode = status;
        if (retryAfter is not null) http.Response.Headers.RetryAfter = retryAfter;
        return Task.FromResult(true);
    }

    private static async Task<bool> BodyAsync(HttpContext http, string body, string type = "application/json")
    {
        http.Response.ContentType = type;
        await http.Response.WriteAsync(body);
        return true;
    }

    [GeneratedRegex(@"^\| (?<fault>[^|]+?) \| (?<status>\d{3}) `(?<code>upstream_\w+)`[^|]*\|[^|]*\| (?<calls>\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
