using System.Net.Sockets;
using InferenceServices.Functional.Tests.Servers;
using static InferenceServices.Functional.Tests.Servers.RawConnection;

namespace InferenceServices.Functional.Tests.Shutdown;

public sealed class SignalTests
{
    private const string Predict = "/v1/models/versioned:predict";
    private const string Body = """{"instances":[1]}""";
    private const string Answered = """{"predictions":[3]}""";

    [Fact]
    public async Task After_SIGTERM_the_server_is_not_ready_and_answers_requests_until_a_second_SIGTERM_ends_it_immediately()
    {
        await using var server = await ServerProcess.StartAsync("versioned", "--drain_delay_seconds=3600");
        using var open = await OpenAsync(server.Address);
        await open.SendAsync(Post(Predict, Body));
        Assert.Null((await open.ReadAsync()).Headers.ConnectionClose);

        await server.SignalAsync("TERM");

        await UntilAsync(async () => (await server.GetAsync("/v2/health/ready")).Status == 503);
        Assert.Equal("""{"ready":false}""", (await server.GetAsync("/v2/health/ready")).Body);
        (await server.GetAsync("/v1/models/versioned")).AssertError(503, "model_not_ready");
        (await server.GetAsync("/v2/models/versioned/ready")).AssertError(503, "model_not_ready");
        (await server.GetAsync("/v2/models/other/ready")).AssertError(404, "model_not_found");
        (await server.GetAsync("/v2/health/live")).AssertOk("""{"live":true}""");

        // Open and new connections get responses with Connection: close, also for errors.
        using var newConnection = await OpenAsync(server.Address);
        foreach (var connection in new[] { open, newConnection })
        {
            await connection.SendAsync(Post(Predict, connection == open ? Body : "hello"));
            var answer = await connection.ReadAsync();
            if (connection == open) answer.AssertOk(Answered);
            else answer.AssertError(400, "invalid_input");
            Assert.True(answer.Headers.ConnectionClose);
            Assert.Equal("", await connection.ReadToEndAsync());
        }

        await server.SignalAsync("TERM");
        Assert.Equal(128 + 15, await server.ExitCodeAsync());
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("QUIT")]
    public async Task SIGINT_and_SIGQUIT_stop_without_delay_and_close_idle_connections(string signal)
    {
        await using var server = await ServerProcess.StartAsync("versioned", "--drain_delay_seconds=3600", "--shutdown_timeout_seconds=3600");
        using var idle = await OpenAsync(server.Address);
        await idle.SendAsync(Post(Predict, Body));
        (await idle.ReadAsync()).AssertOk(Answered);

        await server.SignalAsync(signal);

        Assert.Equal("", await idle.ReadToEndAsync());
        Assert.Equal(0, await server.ExitCodeAsync());
    }

    [Fact]
    public async Task Requests_in_flight_finish_after_the_server_stops_accepting_connections()
    {
        await using var server = await ServerProcess.StartAsync("slow", "--drain_delay_seconds=0", "--shutdown_timeout_seconds=3600");
        var body = Turns(200);
        using var inFlight = await OpenAsync(server.Address);
        // 100 Continue shows that the request has started.
        await inFlight.SendAsync($"POST /v2/models/slow/infer HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {body.Length}\r\n\r\n");
        Assert.Equal(100, (await inFlight.ReadAsync()).Status);

        await server.SignalAsync("TERM");
        await UntilAsync(async () => !await CanConnectAsync(server));
        await inFlight.SendAsync(body);

        var answer = (await inFlight.ReadAsync()).AssertOk();
        Assert.Equal(200, answer.Json.GetProperty("outputs")[0].GetProperty("data")[0].GetInt32());
        Assert.Equal("", await inFlight.ReadToEndAsync());
        Assert.Equal(0, await server.ExitCodeAsync());
    }

    [Fact]
    public async Task A_request_that_never_ends_is_aborted_after_the_shutdown_timeout()
    {
        await using var server = await ServerProcess.StartAsync("slow", "--drain_delay_seconds=0", "--shutdown_timeout_seconds=1");
        using var running = await OpenAsync(server.Address);
        using var waiting = await OpenAsync(server.Address);
        using var unfinished = await OpenAsync(server.Address);
        foreach (var connection in new[] { running, waiting }) await connection.SendAsync(Post("/v2/models/slow/infer", Turns(1_000_000)));
        await unfinished.SendAsync("POST /v2/models/slow/infer HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
        Assert.Equal(100, (await unfinished.ReadAsync()).Status);

        await server.SignalAsync("TERM");

        foreach (var connection in new[] { running, waiting, unfinished }) Assert.Equal("", await connection.ReadToEndAsync());
        Assert.Equal(0, await server.ExitCodeAsync());
    }

    private static string Turns(int count) => $$"""{"inputs":[{"name":"turns","shape":[1],"datatype":"INT64","data":[{{count}}]}]}""";

    private static async Task<bool> CanConnectAsync(ServerProcess server)
    {
        try
        {
            using var connection = await OpenAsync(server.Address);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var guard = new CancellationTokenSource(RunningServer.Guard);
        while (!await condition()) await Task.Delay(5, guard.Token);
    }
}
