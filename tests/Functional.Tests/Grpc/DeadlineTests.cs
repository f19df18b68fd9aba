using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Grpc;

/// <summary>Callers who will not wait, and a model that lets them.</summary>
public sealed class DeadlineTests
{
    // Minutes: only ending the run early lets a test finish.
    private static readonly ModelInferRequest Endless = GrpcRequests.Slow(1_000_000);

    private static readonly ModelInferRequest Quick = GrpcRequests.Slow(1);

    [Fact]
    public async Task A_deadline_that_passes_ends_the_run_and_is_told()
    {
        await using var server = await StartAsync();

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await server.Grpc.ModelInferAsync(Endless, deadline: DateTime.UtcNow.AddMilliseconds(300)));
        // Nobody but the one executor could answer: it is free.
        var answer = await server.Grpc.ModelInferAsync(Quick, deadline: DateTime.UtcNow + RunningServer.Guard);

        Assert.Equal(StatusCode.DeadlineExceeded, refused.StatusCode);
        Assert.Equal([1], answer.Outputs.Single().Contents.Fp32Contents);
    }

    [Fact]
    public async Task The_server_itself_keeps_the_deadline()
    {
        await using var server = await StartAsync();
        var body = RawHttp2.Frame(Google.Protobuf.MessageExtensions.ToByteArray(Endless));

        using var answer = await RawHttp2.PostAsync(server.GrpcAddress, RawHttp2.Infer, body, headers: ("grpc-timeout", "300m"));

        Assert.Equal($"{(int)StatusCode.DeadlineExceeded}", RawHttp2.StatusInHeaders(answer));
    }

    [Fact]
    public async Task A_caller_who_leaves_frees_the_executor()
    {
        await using var server = await StartAsync();
        using var leaving = new CancellationTokenSource();
        var (left, _) = await OverloadAsync(server, leaving.Token);

        await leaving.CancelAsync();

        // A third may have been refused meanwhile.
        foreach (var call in left)
            Assert.Contains((await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode, new[] { StatusCode.Cancelled, StatusCode.ResourceExhausted });
        Assert.Equal([1], (await UntilThereIsRoomAsync(server)).Outputs.Single().Contents.Fp32Contents);
    }

    [Fact]
    public async Task A_deadline_passes_in_the_queue_as_well_and_the_place_is_free_again()
    {
        await using var server = await StartAsync();
        using var leaving = new CancellationTokenSource();
        Task<ModelInferResponse> running;
        StatusCode waited;
        do
        {
            running = server.Grpc.ModelInferAsync(Endless, cancellationToken: leaving.Token).ResponseAsync;
            waited = await UntilQueuedAsync(server, Endless);
        }
        // The second may have come to the queue first.
        while (running.IsFaulted);
        var again = await UntilQueuedAsync(server, Quick);

        Assert.Equal((StatusCode.DeadlineExceeded, StatusCode.DeadlineExceeded), (waited, again));
        await leaving.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(() => running);
    }

    [Fact]
    public async Task A_full_queue_is_resource_exhausted_and_says_when_to_come_back()
    {
        await using var server = await StartAsync();
        using var leaving = new CancellationTokenSource();

        var (left, refusals) = await OverloadAsync(server, leaving.Token);

        foreach (var refusal in refusals)
        {
            Assert.Equal((StatusCode.ResourceExhausted, "queue_full"), (refusal.StatusCode, refusal.Trailers.GetValue("error-code")));
            Assert.Equal("Model slow has 1 requests waiting already; try again later.", refusal.Status.Detail);
            Assert.Equal(("1", "1000"), (refusal.Trailers.GetValue("retry-after"), refusal.Trailers.GetValue("grpc-retry-pushback-ms")));
        }
        await leaving.CancelAsync();
        foreach (var call in left) await Assert.ThrowsAsync<RpcException>(() => call);
    }

    private static Task<RunningServer> StartAsync() => PredictorServers.StartModelAsync("slow", "--queue_capacity=1", "--intra_op_num_threads=1");

    // One can run and one can wait: of four, two are refused at least.
    private static async Task<(List<Task<ModelInferResponse>> Left, List<RpcException> Refusals)> OverloadAsync(
        RunningServer server, CancellationToken cancellationToken)
    {
        var asked = Enumerable.Range(0, 4).Select(_ => server.Grpc.ModelInferAsync(Endless, cancellationToken: cancellationToken).ResponseAsync).ToList();
        var refusals = new List<RpcException>();
        while (refusals.Count < 2)
        {
            var first = await Task.WhenAny(asked).WaitAsync(RunningServer.Guard, cancellationToken);
            asked.Remove(first);
            refusals.Add(await Assert.ThrowsAsync<RpcException>(() => first));
        }
        return (asked, refusals);
    }

    // The one before it may still be in the queue: on its way to the executor, or expired by the client's clock and not yet by the server's.
    private static async Task<StatusCode> UntilQueuedAsync(RunningServer server, ModelInferRequest request)
    {
        RpcException exception;
        do exception = await Assert.ThrowsAsync<RpcException>(async () => await server.Grpc.ModelInferAsync(request, deadline: DateTime.UtcNow.AddMilliseconds(300)));
        while (exception.StatusCode == StatusCode.ResourceExhausted);
        return exception.StatusCode;
    }

    private static async Task<ModelInferResponse> UntilThereIsRoomAsync(RunningServer server)
    {
        using var guard = new CancellationTokenSource(RunningServer.Guard);
        while (true)
        {
            try
            {
                return await server.Grpc.ModelInferAsync(Quick, cancellationToken: guard.Token);
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.ResourceExhausted)
            {
                // Not yet.
            }
        }
    }
}
