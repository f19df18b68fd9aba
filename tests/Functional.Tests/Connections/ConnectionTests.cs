using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Servers;
using static InferenceServices.Functional.Tests.Servers.RawConnection;

namespace InferenceServices.Functional.Tests.Connections;

[Collection(nameof(PredictorFixture))]
public sealed class ConnectionTests(PredictorFixture predictor)
{
    private const string Predict = "/v1/models/versioned:predict";

    private readonly RunningServer _server = predictor.Server;

    [Fact]
    public async Task Pipelined_requests_get_responses_in_order()
    {
        using var connection = await OpenAsync(_server);

        await connection.SendAsync(string.Concat(Enumerable.Range(0, 50).Select(i => Post(Predict, $$"""{"instances":[{{i}}]}""") + Post(Predict, "hello"))));

        for (var i = 0; i < 50; i++)
        {
            (await connection.ReadAsync()).AssertOk($$"""{"predictions":[{{i + 2}}]}""");
            (await connection.ReadAsync()).AssertError(400, "invalid_input");
        }
    }

    [Fact]
    public async Task Headers_may_arrive_byte_by_byte()
    {
        using var connection = await OpenAsync(_server);

        foreach (var character in Post(Predict, """{"instances":[1]}""")) await connection.SendAsync(character.ToString());

        (await connection.ReadAsync()).AssertOk("""{"predictions":[3]}""");
    }

    [Fact]
    public async Task Expect_100_continue_gets_100_continue()
    {
        using var connection = await OpenAsync(_server);

        await connection.SendAsync(Expecting(17));
        Assert.Equal(100, (await connection.ReadAsync()).Status);
        await connection.SendAsync("""{"instances":[1]}""");

        (await connection.ReadAsync()).AssertOk("""{"predictions":[3]}""");
    }

    [Fact]
    public async Task A_too_large_body_is_rejected_instead_of_100_continue()
    {
        using var connection = await OpenAsync(_server);

        await connection.SendAsync(Expecting(PredictorFixture.PayloadLimit + 1));

        (await connection.ReadAsync()).AssertError(
            413, "payload_too_large", $"The request body is larger than the {PredictorFixture.PayloadLimit} bytes this service takes.");
        Assert.Equal("", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task An_unknown_model_is_rejected_instead_of_100_continue()
    {
        using var connection = await OpenAsync(_server);

        await connection.SendAsync(Expecting(17).Replace("versioned", "other", StringComparison.Ordinal));

        (await connection.ReadAsync()).AssertError(404, "model_not_found");
        Assert.Equal("", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task Connection_close_closes_the_connection_after_the_response()
    {
        using var connection = await OpenAsync(_server);

        await connection.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        (await connection.ReadAsync()).AssertOk("""{"status":"alive"}""");
        Assert.Equal("", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task An_idle_connection_is_closed_after_the_keep_alive_timeout()
    {
        await using var server = await PredictorServers.StartModelAsync("fixed", "--timeout-keep-alive=1");
        using var connection = await OpenAsync(server);

        await connection.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

        (await connection.ReadAsync()).AssertOk();
        Assert.Equal("", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task A_connection_above_the_limit_is_closed_and_the_others_remain_open()
    {
        await using var server = await PredictorServers.StartModelAsync("fixed", "--max_connections=2");
        using var first = await OpenAsync(server);
        using var second = await OpenAsync(server);
        foreach (var connection in new[] { first, second })
        {
            await connection.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            (await connection.ReadAsync()).AssertOk();
        }

        using var third = await OpenAsync(server);
        Assert.Equal("", await third.ReadToEndAsync());

        await first.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        (await first.ReadAsync()).AssertOk();
    }

    private static string Expecting(int length)
        => $"POST {Predict} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n";
}
