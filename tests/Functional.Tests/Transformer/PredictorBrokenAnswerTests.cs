using InferenceServices.Functional.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>Predictors that end a response early or violate HTTP.</summary>
public sealed class PredictorBrokenAnswerTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    public static TheoryData<string, bool> Broken => new()
    {
        { "", false },
        { "", true },
        { "HTTP/1.1 200", false },
        { "SSH-2.0-OpenSSH_9.2\r\n", false },
        { Head + "Content-Length: 1000000\r\n\r\n{", false },
        { Head + "Content-Length: 1000000\r\n\r\n{", true },
        { Head + "Content-Length: 5\r\nContent-Length: 7\r\n\r\n{}", false },
        { Head + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n{", false },
        { Head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{", false },
        { Head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", false },
        { "HTTP/1.1 400 Bad Request\r\nContent-Length: 1000\r\n\r\n{\"err", true },
        { "HTTP/1.1 200 OK\r\n" + new string('h', 100_000), false },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_truncated_response_is_502_and_is_not_retried(string answer, bool reset)
    {
        await using var raw = new RawPredictor(answer, reset);
        await using var transformer = await FakePredictor.InFrontOfAsync(raw.Host, "--predictor_request_retries=3");

        (await transformer.PredictAsync()).AssertError(502, "predictor_failed", $"The connection to the predictor at {raw.Host} broke before its answer was complete.");

        // One request for the metadata, one for the inference.
        Assert.Equal(2, raw.Connections);
    }

    [Theory]
    [InlineData(Head + "Content-Length: 70000000\r\n\r\n")]
    [InlineData(Head + "Content-Length: 9000000000000000000\r\n\r\n")]
    public async Task A_response_over_the_limit_is_502_before_it_is_complete(string answer)
    {
        await using var raw = new RawPredictor(answer);
        await using var transformer = await FakePredictor.InFrontOfAsync(raw.Host);

        (await transformer.PredictAsync()).AssertError(502, "predictor_failed", $"The predictor at {raw.Host} answered with more than 67108864 bytes.");
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    [InlineData("grpc-v2")]
    public async Task The_limit_can_be_set(string protocol)
    {
        var padding = 0;
        await using var fake = await FakePredictor.StartAsync(
            protocol,
            http =>
            {
                if (protocol != "grpc-v2") return PadAsync(http, padding);
                var answer = FakePredictor.GrpcOk();
                answer.Id = new string('i', padding);
                return FakePredictor.SendMessageAsync(http, Google.Protobuf.MessageExtensions.ToByteArray(answer));
            },
            "--predictor_payload_limit=1000");
        (await fake.PredictAsync()).AssertOk();
        padding = 1000;

        Assert.EndsWith("answered with more than 1000 bytes.", (await fake.PredictAsync()).AssertError(502, "predictor_failed"), StringComparison.Ordinal);
        padding = 0;
        (await fake.PredictAsync()).AssertOk();
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    [InlineData("grpc-v2")]
    public async Task A_client_disconnect_cancels_the_request_to_the_predictor(string protocol)
    {
        var (reached, aborted) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var fake = await FakePredictor.StartAsync(protocol, async http =>
        {
            if (http.Request.Path == "/v2")
            {
                await FakePredictor.OkAsync(http);
                return;
            }
            http.RequestAborted.Register(aborted.SetResult);
            reached.SetResult();
            await aborted.Task;
        });
        using var caller = new CancellationTokenSource();
        var answer = fake.Transformer.PostAsync("/v1/models/langid:predict", RunningServer.Json("""{"text":"hello"}"""), caller.Token);
        await reached.Task.WaitAsync(RunningServer.Guard);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await aborted.Task.WaitAsync(RunningServer.Guard);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    [InlineData("grpc-v2")]
    public async Task An_unresponsive_predictor_is_504_and_not_ready(string protocol)
    {
        await using var fake = await FakePredictor.StartAsync(
            protocol,
            http => http.Request.Path == "/v2" ? FakePredictor.OkAsync(http) : Task.Delay(Timeout.Infinite, http.RequestAborted),
            "--predictor_request_timeout_seconds=1",
            "--enable_predictor_health_check");

        (await fake.PredictAsync()).AssertError(504, "predictor_timeout");
        Assert.Equal(503, (await fake.Transformer.GetAsync("/v2/health/ready")).Status);
        (await fake.Transformer.GetAsync("/v2/models/langid/ready")).AssertError(503, "model_not_ready");
    }

    private static async Task PadAsync(HttpContext http, int padding)
    {
        await http.Response.WriteAsync(new string(' ', padding));
        await FakePredictor.OkAsync(http);
    }
}
