using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Grpc;

/// <summary>Deadlines and cancellation of calls, with a slow model.</summary>
public sealed class DeadlineTests
{
    // Takes minutes: a test ends only if the execution is cancelled.
    private static readonly ModelInferRequest Endless = GrpcRequests.Slow(1_000_000);

    private static readonly ModelInferRequest Quick = GrpcRequests.Slow(1);

    [Fact]
    public async Task An_expired_deadline_cancels_the_execution_and_is_deadline_exceeded()
    {
        await using var server = await StartAsync();

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await server.Grpc.ModelInferAsync(Endless, deadline: DateTime.UtcNow.AddMilliseconds(300)));
        // The model has one executor: a response shows that it is free.
        var answer = await server.Grpc.ModelInferAsync(Quick, deadline: DateTime.UtcNow + RunningServer.Guard);

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        Assert.Equal([1], answer.Outputs.Single().Contents.Fp32Contents);
    }

    [Theory]
    [InlineData("300m")]
    [InlineData("1n")]
    [InlineData("0n")]
    public async Task The_server_enforces_the_deadline(string timeout)
    {
        await using var server = await StartAsync();
        var body = RawHttp2.Frame(Google.Protobuf.MessageExtensions.ToByteArray(Endless));

        using var answer = await RawHttp2.PostAsync(server.GrpcAddress, RawHttp2.Infer, body, headers: ("grpc-timeout", timeout));

        Assert.Equal($"{(int)StatusCode.DeadlineExceeded}", RawHttp2.StatusInHeaders(answer));
        Assert.Equal("request_timeout", answer.Headers.GetValues("error-code").Single());
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    [InlineData("5")]
    [InlineData("123456789m")]
    public async Task A_timeout_that_cannot_be_read_is_an_invalid_argument(string timeout)
    {
        await using var server = await StartAsync();
        foreach (var (path, message) in new[] { (RawHttp2.Infer, Google.Protobuf.MessageExtensions.ToByteArray(Endless)), ("/inference.GRPCInferenceService/ServerLive", []) })
        {
            using var answer = await RawHttp2.PostAsync(server.GrpcAddress, path, RawHttp2.Frame(message), headers: ("grpc-timeout", timeout));

            Assert.Equal($"{(int)StatusCode.InvalidArgument}", RawHttp2.StatusInHeaders(answer));
            Assert.Equal("invalid_input", answer.Headers.GetValues("error-code").Single());
            Assert.Equal(
                $"grpc-timeout should be at most 8 digits and one of the units H, M, S, m, u and n, got '{timeout}'",
                Uri.UnescapeDataString(answer.Headers.GetValues("grpc-message").Single()));
        }
    }

    [Fact]
    public async Task A_deadline_that_expires_while_a_message_arrives_or_leaves_changes_no_other_answer()
    {
        await using var server = await PredictorServers.StartModelAsync("free");
        var values = Enumerable.Range(0, 200_000).Select(i => (float)i).ToArray();
        var request = GrpcRequests.Typed("free", "x", [1, values.Length]);
        request.Inputs[0].Contents = null;
        request.RawInputContents.Add(Google.Protobuf.ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())));
        var expected = (await server.Grpc.ModelInferAsync(request)).RawOutputContents.Single();
        var body = RawHttp2.Frame(Google.Protobuf.MessageExtensions.ToByteArray(request));

        // From before the message has arrived until after the response has been sent.
        var late = Enumerable.Range(0, 4).Select(async caller =>
        {
            var statuses = new List<string>();
            for (var i = 0; i < 30; i++)
            {
                using var answer = await RawHttp2.PostAsync(server.GrpcAddress, RawHttp2.Infer, body, headers: ("grpc-timeout", $"{1 + ((caller + (4 * i)) % 12)}m"));
                statuses.Add(answer.TrailingHeaders.Concat(answer.Headers).First(header => header.Key == "grpc-status").Value.Single());
            }
            return statuses;
        }).ToArray();
        var other = 0;
        for (; !Task.WhenAll(late).IsCompleted; other++) Assert.Equal(expected, (await server.Grpc.ModelInferAsync(request)).RawOutputContents.Single());

        Assert.All((await Task.WhenAll(late)).SelectMany(statuses => statuses), status => Assert.Contains(status, new[] { "0", $"{(int)StatusCode.DeadlineExceeded}" }));
        Assert.NotEqual(0, other);
    }

    [Fact]
    public async Task Cancellation_frees_the_executor()
    {
        await using var server = await StartAsync();
        using var leaving = new CancellationTokenSource();
        var (left, _) = await OverloadAsync(server, leaving.Token);

        await leaving.CancelAsync();

        // The third call may have been rejected in the meantime.
        foreach (var call in left)
            Assert.Contains((await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode, new[] { StatusCode.Cancelled, StatusCode.ResourceExhausted });
        Assert.Equal([1], (await UntilThereIsRoomAsync(server)).Outputs.Single().Contents.Fp32Contents);
    }

    [Fact]
    public async Task A_deadline_that_expires_in_the_queue_frees_the_slot()
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
        // The second call may have entered the queue first.
        while (running.IsFaulted);
        var again = await UntilQueuedAsync(server, Quick);

        Assert.Equal((StatusCode.DeadlineExceeded, StatusCode.DeadlineExceeded), (waited, again));
        await leaving.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(() => running);
    }

    [Fact]
    public async Task A_full_queue_is_resource_exhausted_with_a_retry_delay()
    {
        await using var server = await StartAsync();
        using var leaving = new CancellationTokenSource();

        var (left, errors) = await OverloadAsync(server, leaving.Token);

        foreach (var error in errors)
        {
            Assert.Equal((StatusCode.ResourceExhausted, "queue_full"), (error.StatusCode, error.Trailers.GetValue("error-code")));
            Assert.Equal("Model slow has 1 requests waiting already; try again later.", error.Status.Detail);
            Assert.Equal(("1", "1000"), (error.Trailers.GetValue("retry-after"), error.Trailers.GetValue("grpc-retry-pushback-ms")));
        }
        await leaving.CancelAsync();
        foreach (var call in left) await Assert.ThrowsAsync<RpcException>(() => call);
    }

    private static Task<RunningServer> StartAsync() => PredictorServers.StartModelAsync("slow", "--queue_capacity=1", "--intra_op_num_threads=1");

    // One call can run and one can wait: at least two of four are rejected.
    private static async Task<(List<Task<ModelInferResponse>> Remaining, List<RpcException> Errors)> OverloadAsync(
        RunningServer server, CancellationToken cancellationToken)
    {
        var calls = Enumerable.Range(0, 4).Select(_ => server.Grpc.ModelInferAsync(Endless, cancellationToken: cancellationToken).ResponseAsync).ToList();
        var errors = new List<RpcException>();
        while (errors.Count < 2)
        {
            var first = await Task.WhenAny(calls).WaitAsync(RunningServer.Guard, cancellationToken);
            calls.Remove(first);
            errors.Add(await Assert.ThrowsAsync<RpcException>(() => first));
        }
        return (calls, errors);
    }

    // The previous call may still be in the queue: about to execute, or expired by the client's clock and not yet by the server's.
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
