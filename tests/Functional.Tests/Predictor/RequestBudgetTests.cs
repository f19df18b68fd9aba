using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Predictor;

public sealed class RequestBudgetTests
{
    private const string Path = "/v2/models/slow/infer";

    [Fact]
    public async Task Requests_over_the_limit_are_rejected_in_every_protocol()
    {
        await using var server = await PredictorServers.StartModelAsync("slow", "--max_concurrent_requests=1", "--intra_op_num_threads=1");
        using var callers = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 2).Select(_ => server.PostAsync(Path, RunningServer.Json(Turns(1_000_000)), callers.Token)).ToList();
        var first = await Task.WhenAny(requests).WaitAsync(RunningServer.Guard);
        requests.Remove(first);
        AssertBusy(await first);

        AssertBusy(await server.PostAsync("/v1/models/slow:predict", """{"instances":[1]}"""));
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await server.Grpc.ModelInferAsync(TurnsMessage(1)));
        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
        Assert.Equal("server_busy", exception.Trailers.GetValue("error-code"));
        (await server.GetAsync("/v2/health/ready")).AssertOk("""{"ready":true}""");

        await callers.CancelAsync();
        await ((Task)requests[0]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        using var deadline = new CancellationTokenSource(RunningServer.Guard);
        Answer answer;
        do answer = await server.PostAsync(Path, RunningServer.Json(Turns(1)), deadline.Token);
        while (answer.Status == 429);
        Assert.Equal(200, answer.Status);
        Assert.Equal("slow", (await server.Grpc.ModelInferAsync(TurnsMessage(1))).ModelName);
    }

    [Fact]
    public async Task A_body_that_can_never_fit_is_413_and_a_small_one_is_accepted()
    {
        await using var server = await PredictorServers.StartModelAsync("slow", "--request_memory_limit=2000000", "--intra_op_num_threads=1");
        var large = Turns(1).Replace("\"data\"", new string(' ', 350_000) + "\"data\"", StringComparison.Ordinal);

        for (var turn = 0; turn < 3; turn++)
        {
            (await server.PostAsync(Path, large)).AssertError(413, "payload_too_large");
            (await server.PostAsync(Path, Turns(1))).AssertOk();
        }
    }

    [Fact]
    public async Task Work_that_can_never_fit_is_413_before_it_is_decoded()
    {
        await using var server = await PredictorServers.StartModelAsync("free", "--request_memory_limit=2000000");
        var dense = $$"""{"instances":[[{{string.Concat(Enumerable.Repeat("0,", 30_000))}}0]]}""";

        (await server.PostAsync("/v1/models/free:predict", dense)).AssertError(413, "payload_too_large");
        (await server.PostAsync("/v1/models/free:predict", """{"instances":[[1]]}""")).AssertOk("""{"predictions":[[1]]}""");
    }

    [Fact]
    public async Task Bodies_that_arrive_slowly_do_not_use_what_they_announce()
    {
        await using var server = await PredictorServers.StartModelAsync("free", "--request_memory_limit=20000000");
        var connections = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => RawConnection.OpenAsync(server)));
        foreach (var connection in connections)
            await connection.SendAsync("POST /v1/models/free:predict HTTP/1.1\r\nHost: x\r\nContent-Length: 60000000\r\n\r\n[1,");

        // Two segments at least, so the body is counted.
        var body = $$"""{"instances":[[{{string.Concat(Enumerable.Repeat("0.125,", 10_000))}}0]]}""";
        (await server.PostAsync("/v1/models/free:predict", body)).AssertOk();

        foreach (var connection in connections) connection.Dispose();
    }

    [Fact]
    public async Task Answers_that_are_not_read_are_counted()
    {
        await using var server = await PredictorServers.StartModelAsync("free", "--request_memory_limit=200000000");
        // An answer of eleven megabytes: more than the buffers of two sockets hold.
        var body = $$"""{"instances":[[{{string.Concat(Enumerable.Repeat("1e9,", 1_000_000))}}0]]}""";
        var connections = new List<RawConnection>();
        var status = 200;
        for (var i = 0; i < 20 && status == 200; i++)
        {
            var connection = await RawConnection.OpenAsync(server, receiveBufferBytes: 4_096);
            connections.Add(connection);
            await connection.SendAsync(RawConnection.Post("/v1/models/free:predict", body));
            // An answer that was rejected is short.
            if (i > 0 && (await server.PostAsync("/v1/models/free:predict", body)).Status is var other) status = other;
        }

        Assert.Equal(429, status);
        (await server.PostAsync("/v1/models/free:predict", """{"instances":[[1]]}""")).AssertOk("""{"predictions":[[1]]}""");
        foreach (var connection in connections) connection.Dispose();
    }

    private static void AssertBusy(Answer answer)
    {
        answer.AssertError(429, "server_busy", "The server has 1 requests in progress already; try again later.");
        Assert.Equal("1", answer.Headers.GetValues("Retry-After").Single());
    }

    private static string Turns(int count) => $$"""{"inputs":[{"name":"turns","shape":[1],"datatype":"INT64","data":[{{count}}]}]}""";

    private static ModelInferRequest TurnsMessage(long count)
    {
        var input = new ModelInferRequest.Types.InferInputTensor { Name = "turns", Datatype = "INT64", Shape = { 1 }, Contents = new InferTensorContents { Int64Contents = { count } } };
        return new ModelInferRequest { ModelName = "slow", Inputs = { input } };
    }
}
