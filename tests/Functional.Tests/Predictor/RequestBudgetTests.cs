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
    public async Task Bodies_over_the_memory_limit_are_rejected_and_small_ones_accepted()
    {
        await using var server = await PredictorServers.StartModelAsync("slow", "--request_memory_limit=200000", "--intra_op_num_threads=1");
        var large = Turns(1).Replace("\"data\"", new string(' ', 300_000) + "\"data\"", StringComparison.Ordinal);

        for (var turn = 0; turn < 3; turn++)
        {
            (await server.PostAsync(Path, large)).AssertError(
                429, "server_busy", "The requests in progress use nearly all of the 200000 bytes of memory for request bodies; try again later or send a smaller request.");
            (await server.PostAsync(Path, Turns(1))).AssertOk();
        }
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
