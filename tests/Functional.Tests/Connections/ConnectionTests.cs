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
    public async Task Requests_sent_without_waiting_are_answered_in_their_order()
    {
        using var connection = await OpenAsync(_server);

        await connection.SendAsync(string.Concat(Enumerable.Range(0, 50).Select(i => Post(Predict, $$"""{"instances":[{{i}}]}""") + Post(Predict, "hello"))));

        for (var i = 0; i < 50; i++)
        {
            (await connection.ReadAsync()).AssertOk($$"""{"predictions":[{{i + 2}}]}""");
            (await connection.ReadAsync()).AssertRefused(400, "invalid_input");
        }
    }

    [Fact]
    public async Task A_head_that_comes_byte_by_byte_is_a_head()
    {
        using var connection = await OpenAsync(_server);

        foreach (var character in Post(Predict, """{"instances":[1]}""")) await connection.SendAsync(character.ToString());

        (await connection.ReadAsync()).AssertOk("""{"predictions":[3]}""");
    }

    [Fact]
    public async Task A_body_that_waits_to_be_asked_for_is_asked_for()
    {
        using var connection = await OpenAsync(_server);

        await connection.SendAsync(Expecting(17));
        Assert.Equal(100, (await connection.ReadAsync()).Status);
        await connection.SendAsync("""{"instances":[1]}""");

        (await connection.ReadAsync()).AssertOk("""{"predictions":[3]}""");
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_it_is_sent()
    {
        using var connection = await OpenAsync(_server);

        await connection.SendAsync(Expecting(PredictorFixture.PayloadLimit + 1));

        (await connection.ReadAsync()).AssertRefused(
            413, "payload_too_large", $"The request body is larger than the {PredictorFixture.PayloadLimit} bytes this service takes.");
        Assert.Equal("", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task A_body_for_an_unknown_model_is_refused_before_it_is_sent()
    {
        using var connection = await OpenAsync(_server);

        await connection.SendAsync(Expecting(17).Replace("versioned", "other", StringComparison.Ordinal));

        (await connection.ReadAsync()).AssertRefused(404, "model_not_found");
        Assert.Equal("", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task A_client_that_says_close_is_answered_and_left()
    {
        using var connection = await OpenAsync(_server);

        await connection.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        (await connection.ReadAsync()).AssertOk("""{"status":"alive"}""");
        Assert.Equal("", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task An_idle_connection_is_closed_after_its_time()
    {
        await using var server = await PredictorServers.StartModelAsync("fixed", "--timeout-keep-alive=1");
        using var connection = await OpenAsync(server);

        await connection.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

        (await connection.ReadAsync()).AssertOk();
        Assert.Equal("", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task A_connection_above_the_limit_is_closed_and_those_below_go_on()
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
