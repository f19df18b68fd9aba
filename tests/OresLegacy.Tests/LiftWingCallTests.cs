using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace InferenceServices.OresLegacy.Tests;

/// <summary>Calls of revscoring services over HTTP: their form, their limits and their failures.</summary>
public sealed class LiftWingCallTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("enwiki", "damaging", "enwiki-damaging.revscoring-editquality-damaging.wikimedia.org")]
    [InlineData("enwiki", "goodfaith", "enwiki-goodfaith.revscoring-editquality-goodfaith.wikimedia.org")]
    [InlineData("viwiki", "reverted", "viwiki-reverted.revscoring-editquality-reverted.wikimedia.org")]
    [InlineData("enwiki", "articlequality", "enwiki-articlequality.revscoring-articlequality.wikimedia.org")]
    [InlineData("enwiki", "wp10", "enwiki-articlequality.revscoring-articlequality.wikimedia.org")]
    [InlineData("enwiki", "draftquality", "enwiki-draftquality.revscoring-draftquality.wikimedia.org")]
    [InlineData("enwiki", "drafttopic", "enwiki-drafttopic.revscoring-drafttopic.wikimedia.org")]
    [InlineData("enwiki", "articletopic", "enwiki-articletopic.revscoring-articletopic.wikimedia.org")]
    [InlineData("wikidatawiki", "itemquality", "wikidatawiki-itemquality.revscoring-articlequality.wikimedia.org")]
    [InlineData("wikidatawiki", "itemtopic", "wikidatawiki-itemtopic.revscoring-articletopic.wikimedia.org")]
    public async Task A_call_names_the_service_in_path_and_Host(string wiki, string model, string host)
    {
        await using var server = await OresServer.StartAsync(OresServer.ScoreAsync);

        await server.GetJsonAsync($"/v3/scores/{wiki}/7/{model}?features");

        Assert.Equal([new UpstreamCall(host.Split('.')[0], 7, ShowsFeatures: true, host, "ORES legacy service")], server.Calls);
    }

    [Fact]
    public async Task Without_a_pattern_the_Host_is_that_of_the_URL()
    {
        await using var server = await OresServer.StartAsync(OresServer.ScoreAsync, "--liftwing_host=");

        await server.GetJsonAsync("/v3/scores/enwiki/7/damaging");

        Assert.StartsWith("127.0.0.1:", Assert.Single(server.Calls).Host, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_wiki_and_model_of_the_table_is_called_once()
    {
        await using var server = await OresServer.StartAsync(OresServer.ScoreAsync);
        var table = (await server.GetJsonAsync("/v3/scores")).AsObject();

        foreach (var (wiki, entry) in table)
        {
            var models = entry!["models"]!.AsObject();
            var scores = (await server.GetJsonAsync($"/v3/scores/{wiki}/7"))[wiki]!["scores"]!["7"]!.AsObject();

            Assert.Equal(models.Select(model => model.Key), scores.Select(score => score.Key));
            Assert.All(scores, score => Assert.NotNull(score.Value!["score"]));
        }

        Assert.Equal(48, table.Count);
        // wp10 shares the call of articlequality.
        Assert.Equal(server.Calls.Count, server.Calls.Distinct().Count());
    }

    [Fact]
    public async Task A_revision_that_is_asked_twice_is_called_once()
    {
        await using var server = await OresServer.StartAsync(OresServer.ScoreAsync);

        var answer = await server.GetJsonAsync("/v3/scores/enwiki?revids=7|8|7&models=damaging|damaging");

        Assert.Equal(["7", "8"], answer["enwiki"]!["scores"]!.AsObject().Select(revision => revision.Key));
        Assert.Equal(2, server.Calls.Count);
    }

    [Fact]
    public async Task Equal_calls_of_concurrent_requests_are_one_call()
    {
        var release = new TaskCompletionSource();
        await using var server = await OresServer.StartAsync(async (call, http) =>
        {
            await release.Task;
            await OresServer.ScoreAsync(call, http);
        });

        var all = Enumerable.Range(0, 5).Select(_ => server.Client.GetStringAsync("/v3/scores/enwiki/7/damaging")).ToArray();
        await WaitAsync(server, "ores_legacy_scores_waiting", 5);
        release.SetResult();

        Assert.Single((await Task.WhenAll(all)).Distinct());
        Assert.Single(server.Calls);
    }

    [Fact]
    public async Task A_call_ends_when_all_of_its_clients_have_left()
    {
        var (received, aborted) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await OresServer.StartAsync((_, http) =>
        {
            http.RequestAborted.Register(aborted.SetResult);
            received.SetResult();
            return aborted.Task;
        });
        using var leave = new CancellationTokenSource();
        var answering = server.Client.GetAsync("/v3/scores/enwiki/7/damaging", leave.Token);
        await received.Task.WaitAsync(Guard);

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
        await aborted.Task.WaitAsync(Guard);
    }

    [Theory]
    [InlineData("--max_calls=3")]
    [InlineData("--max_calls_per_request=3")]
    public async Task Concurrent_calls_are_limited(string limit)
    {
        var (running, most) = (0, 0);
        var full = new TaskCompletionSource();
        await using var server = await OresServer.StartAsync(
            async (call, http) =>
            {
                var now = Interlocked.Increment(ref running);
                lock (full) most = Math.Max(most, now);
                if (now == 3) full.TrySetResult();
                await full.Task;
                await OresServer.ScoreAsync(call, http);
                Interlocked.Decrement(ref running);
            },
            limit);

        var answer = await server.GetJsonAsync("/v3/scores/enwiki?models=damaging|goodfaith&revids=1|2|3|4|5|6|7|8|9|10");

        Assert.Equal(10, answer["enwiki"]!["scores"]!.AsObject().Count);
        Assert.Equal((20, 3), (server.Calls.Count, most));
    }

    [Fact]
    public async Task A_call_that_finds_the_queue_full_is_an_error_in_its_slot()
    {
        var (received, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await OresServer.StartAsync(
            async (call, http) =>
            {
                received.TrySetResult();
                await release.Task;
                await OresServer.ScoreAsync(call, http);
            },
            "--max_calls=1",
            "--max_waiting_calls=0");
        var first = server.GetJsonAsync("/v3/scores/enwiki/7/damaging");
        await received.Task.WaitAsync(Guard);

        Assert.Equal("Too Many Requests", (string)(await server.GetJsonAsync("/v3/scores/enwiki/8/damaging"))["enwiki"]!["scores"]!["8"]!["damaging"]!["error"]!["type"]!);

        release.SetResult();
        Assert.NotNull((await first)["enwiki"]!["scores"]!["7"]!["damaging"]!["score"]);
    }

    [Fact]
    public async Task A_service_that_is_too_slow_is_an_error_in_its_slot_only()
    {
        var time = new FakeTimeProvider();
        var received = new TaskCompletionSource();
        await using var server = await OresServer.StartAsync(
            async (call, http) =>
            {
                if (call.Model == "enwiki-goodfaith")
                {
                    received.SetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
                else
                {
                    await OresServer.ScoreAsync(call, http);
                }
            },
            time,
            "--liftwing_timeout_seconds=5");

        var answering = server.GetJsonAsync("/v3/scores/enwiki/7?models=damaging|goodfaith");
        await received.Task.WaitAsync(Guard);
        await WaitAsync(server, "ores_legacy_calls_in_flight", 1);
        time.Advance(TimeSpan.FromSeconds(5));

        var scores = (await answering)["enwiki"]!["scores"]!["7"]!;
        Assert.NotNull(scores["damaging"]!["score"]);
        AssertError(scores["goodfaith"]!, "TimeoutError", "enwiki-goodfaith did not answer within 5 s.");
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_is_an_error_in_its_slot()
    {
        // A port that no program can listen on.
        await using var server = await OresServer.InFrontOfAsync("http://127.0.0.1:1");

        var answer = (await server.GetJsonAsync("/v3/scores/enwiki/7/damaging"))["enwiki"]!;

        Assert.Equal("0.5.1", (string)answer["models"]!["damaging"]!["version"]!);
        AssertError(answer["scores"]!["7"]!["damaging"]!, "ClientConnectorError", "Cannot connect to host 127.0.0.1:1: Connection refused");
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("""{"enwiki":{}}""")]
    [InlineData("""{"enwiki":{"models":{"damaging":{"version":"1"}},"scores":{"8":{"damaging":{"score":{"prediction":true,"probability":{}}}}}}}""")]
    [InlineData("""{"enwiki":{"models":{"damaging":{"version":"1"}},"scores":{"7":{"damaging":{"score":{"prediction":1,"probability":{}}}}}}}""")]
    [InlineData("""{"enwiki":{"models":{"damaging":{"version":"1"}},"scores":{"7":{"damaging":{"score":{"prediction":true,"probability":{"true":"1"}}}}}}}""")]
    [InlineData("""{"enwiki":{"models":{"damaging":{}},"scores":{"7":{"damaging":{"score":{"prediction":true,"probability":{}}}}}}}""")]
    public async Task An_answer_that_is_not_a_score_is_an_error_in_its_slot(string body)
    {
        await using var server = await OresServer.StartAsync((_, http) => http.Response.WriteAsync(body));

        AssertError((await server.GetJsonAsync("/v3/scores/enwiki/7/damaging"))["enwiki"]!["scores"]!["7"]!["damaging"]!, "ClientError", "The answer of enwiki-damaging is not a score.");
    }

    [Fact]
    public async Task An_answer_without_an_end_is_an_error_in_its_slot()
    {
        await using var server = await OresServer.StartAsync(async (_, http) =>
        {
            var block = new byte[1 << 20];
            while (!http.RequestAborted.IsCancellationRequested) await http.Response.Body.WriteAsync(block);
        });

        AssertError((await server.GetJsonAsync("/v3/scores/enwiki/7/damaging"))["enwiki"]!["scores"]!["7"]!["damaging"]!, "ClientError", "The answer of enwiki-damaging has more than 4194304 bytes.");
    }

    [Fact]
    public async Task A_connection_that_breaks_is_an_error_in_its_slot()
    {
        await using var server = await OresServer.StartAsync((_, http) =>
        {
            http.Abort();
            return Task.CompletedTask;
        });

        Assert.Equal("ClientError", (string)(await server.GetJsonAsync("/v3/scores/enwiki/7/damaging"))["enwiki"]!["scores"]!["7"]!["damaging"]!["error"]!["type"]!);
    }

    [Fact]
    public async Task A_service_that_fails_repeatedly_is_not_called_for_a_while_and_others_are()
    {
        var time = new FakeTimeProvider();
        await using var server = await OresServer.StartAsync(
            (call, http) =>
            {
                if (call.Model == "enwiki-goodfaith") return OresServer.ScoreAsync(call, http);
                http.Response.StatusCode = 503;
                return Task.CompletedTask;
            },
            time,
            "--liftwing_breaker_calls=2");

        for (var i = 1; i <= 4; i++) await server.GetJsonAsync($"/v3/scores/enwiki/{i}?models=damaging|goodfaith");
        var last = (await server.GetJsonAsync("/v3/scores/enwiki/5?models=damaging|goodfaith"))["enwiki"]!["scores"]!["5"]!;

        AssertError(last["damaging"]!, "Service Unavailable", "enwiki-damaging has failed repeatedly; try again later.");
        Assert.NotNull(last["goodfaith"]!["score"]);
        Assert.Equal(2, server.Calls.Count(call => call.Model == "enwiki-damaging"));

        time.Advance(TimeSpan.FromSeconds(5));
        await server.GetJsonAsync("/v3/scores/enwiki/6/damaging");
        Assert.Equal(3, server.Calls.Count(call => call.Model == "enwiki-damaging"));
    }

    private static void AssertError(JsonNode slot, string type, string message)
    {
        Assert.Equal(["error"], slot.AsObject().Select(field => field.Key));
        Assert.Equal((type, message), ((string)slot["error"]!["type"]!, (string)slot["error"]!["message"]!));
    }

    // Polls the server's own metrics: a test must not depend on time.
    private static async Task WaitAsync(OresServer server, string metric, int value)
    {
        using var guard = new CancellationTokenSource(Guard);
        while (!(await server.Client.GetStringAsync("/metrics", guard.Token)).Split('\n').Any(line => line.StartsWith(metric, StringComparison.Ordinal) && line.EndsWith($" {value}", StringComparison.Ordinal)))
            await Task.Yield();
    }
}
