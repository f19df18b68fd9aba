using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Predictor;
using InferenceServices.Testing;
using Microsoft.Extensions.Logging;
using static InferenceServices.Functional.Tests.Servers.RawConnection;

namespace InferenceServices.Functional.Tests.Connections;

/// <summary>Clients that disconnect at each stage of a request: capacity is freed, and nothing is logged.</summary>
public sealed class AbandonedRequestTests
{
    private const string Path = "/v2/models/slow/infer";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancellation_in_the_queue_or_during_execution_frees_capacity_and_logs_no_error(bool reset)
    {
        var (server, log) = await StartAsync();
        await using var _ = server;
        // One request can run and one can wait: at least two of four are rejected. All four are cancelled.
        var callers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync(server)));
        foreach (var caller in callers) await caller.SendAsync(Post(Path, Turns(1_000_000)));
        var answers = callers.Select(caller => caller.ReadAsync()).ToList();
        for (var i = 0; i < 2; i++)
        {
            var first = await Task.WhenAny(answers).WaitAsync(RunningServer.Guard);
            answers.Remove(first);
            (await first).AssertError(429, "queue_full");
        }

        foreach (var caller in callers)
        {
            if (reset) caller.Reset();
            else caller.Dispose();
        }

        using var deadline = new CancellationTokenSource(RunningServer.Guard);
        Answer answer;
        do answer = await server.PostAsync(Path, RunningServer.Json(Turns(1)), deadline.Token);
        while (answer.Status == 429);
        answer.AssertOk();
        Assert.Empty(log.AtLeast(LogLevel.Warning));
        foreach (Task rest in answers) await rest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Theory]
    [InlineData("POST ")]
    [InlineData("POST /v2/models/slow/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n")]
    [InlineData("POST /v2/models/slow/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"inputs\":")]
    [InlineData("POST /v2/models/slow/infer HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"inp")]
    [InlineData("POST /v2/models/slow/infer HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n2\r\n\u001f\u008b\r\n")]
    public async Task A_disconnect_within_a_request_logs_no_error(string part)
    {
        var (server, log) = await StartAsync();
        await using (server)
        {
            for (var i = 0; i < 10; i++)
            {
                var caller = await OpenAsync(server);
                await caller.SendAsync(part);
                if (i % 2 == 0) caller.Reset();
                else caller.Dispose();
            }
            (await server.PostAsync(Path, Turns(1))).AssertOk();
        }

        // The server has stopped: its log is complete.
        Assert.Equal("", string.Join('\n', log.AtLeast(LogLevel.Warning)));
    }

    [Fact]
    public async Task Client_errors_are_not_logged_as_server_errors()
    {
        var (server, log) = await StartAsync();
        await using var _ = server;

        (await server.PostAsync(Path, "hello")).AssertError(400, "invalid_input");
        (await server.PostAsync("/v1/models/other:predict", "hello")).AssertError(404, "model_not_found");
        (await server.GetAsync("/nothing")).AssertError(404, "not_found");
        (await server.GetAsync(Path)).AssertError(405, "method_not_allowed");
        (await server.PostAsync("/v1/models/slow:explain", "{}")).AssertError(501, "not_implemented");
        (await server.GetAsync("/v2/health/ready")).AssertOk();
        using (var connection = await OpenAsync(server))
        {
            await connection.SendAsync("hello\r\n\r\n");
            Assert.Equal(400, (await connection.ReadAsync()).Status);
        }

        Assert.Empty(log.AtLeast(LogLevel.Warning));
        Assert.DoesNotContain(log.AtLeast(LogLevel.Information), line => line.Contains("/v2/health", StringComparison.Ordinal));
    }

    private static string Turns(int count) => $$"""{"inputs":[{"name":"turns","shape":[1],"datatype":"INT64","data":[{{count}}]}]}""";

    private static async Task<(RunningServer Server, LogLines Log)> StartAsync()
    {
        var app = PredictorHost.Build(
        [
            "--host=127.0.0.1", "--http_port=0", "--grpc_port=0", $"--model_dir={TestModels.PathOf("slow")}", "--model_name=slow", "--queue_capacity=1",
            "--intra_op_num_threads=1",
        ]);
        var log = LogLines.Of(app);
        return (await RunningServer.StartAsync(app), log);
    }
}
