using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Grpc;

[Collection(nameof(PredictorFixture))]
public sealed class StreamTests(PredictorFixture predictor)
{
    private readonly GRPCInferenceService.GRPCInferenceServiceClient _grpc = predictor.Server.Grpc;

    [Fact]
    public async Task Each_request_has_one_response_in_order()
    {
        using var call = _grpc.ModelStreamInfer();
        var sending = SendAsync(call, Enumerable.Range(0, 200).Select(i => Request(i, 1 + (i % 7))));

        var ids = new List<string>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
        {
            var i = ids.Count;
            Assert.Empty(answer.ErrorMessage);
            Assert.Equal(Enumerable.Repeat(i + 2f, 1 + (i % 7)), answer.InferResponse.Outputs.Single().Contents.Fp32Contents);
            ids.Add(answer.InferResponse.Id);
        }

        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"request-{i}"), ids);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        await sending;
    }

    [Fact]
    public async Task A_response_is_sent_before_the_next_request_arrives()
    {
        using var call = _grpc.ModelStreamInfer();

        for (var i = 0; i < 3; i++)
        {
            await call.RequestStream.WriteAsync(Request(i, 1));
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal($"request-{i}", call.ResponseStream.Current.InferResponse.Id);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
    }

    [Fact]
    public async Task An_error_has_the_id_of_the_request_and_the_stream_continues()
    {
        var unknown = Request(1, 1);
        unknown.ModelName = "unknown";
        var wrong = Request(2, 1);
        wrong.Inputs[0].Shape[0] = 5;
        using var call = _grpc.ModelStreamInfer();
        var unreadable = Request(5, 1);
        unreadable.Inputs[0].Shape.Add(Enumerable.Repeat(1L, 32));
        var sending = SendAsync(call, [Request(0, 1), unknown, wrong, new ModelInferRequest { ModelName = "versioned" }, unreadable, Request(4, 1)]);

        var answers = new List<ModelStreamInferResponse>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync()) answers.Add(answer);

        Assert.Equal(
            [
                ("request-0", ""),
                ("request-1", "Model with name unknown does not exist."),
                ("request-2", "input 'x': shape [5] needs 5 values, got 1"),
                ("", "expected 1 inputs but got 0 inputs for model 'versioned'. Got input(s) [''], but missing required input(s) ['x']."),
                ("", "inputs[0].shape should have at most 32 axes"),
                ("request-4", ""),
            ],
            answers.Select(answer => (answer.InferResponse.Id, answer.ErrorMessage)));
        Assert.Equal([1, 0, 0, 0, 0, 1], answers.Select(answer => answer.InferResponse.Outputs.Count));
        await sending;
    }

    [Fact]
    public async Task The_stream_ends_at_the_first_error_if_the_header_of_Tritons_clients_requests_it()
    {
        using var call = _grpc.ModelStreamInfer(new Metadata { { "triton_grpc_error", "true" } });
        await call.RequestStream.WriteAsync(Request(0, 1));
        await call.RequestStream.WriteAsync(new ModelInferRequest { ModelName = "unknown" });

        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));

        Assert.Equal((StatusCode.NotFound, "model_not_found"), (exception.StatusCode, exception.Trailers.GetValue("error-code")));
    }

    [Fact]
    public async Task Each_response_has_the_form_of_its_request()
    {
        using var call = _grpc.ModelStreamInfer();
        var raw = new ModelInferRequest
        {
            ModelName = "versioned",
            Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 1 } } },
            RawInputContents = { Google.Protobuf.ByteString.CopyFrom(0, 0, 0, 0) },
        };
        var sending = SendAsync(call, [Request(0, 1), raw]);

        var answers = new List<ModelInferResponse>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync()) answers.Add(answer.InferResponse);

        Assert.Equal([0, 1], answers.Select(answer => answer.RawOutputContents.Count));
        Assert.Equal([0, 0, 0, 64], answers[1].RawOutputContents.Single().ToByteArray());
        await sending;
    }

    [Fact]
    public async Task An_unreadable_message_is_an_error_and_the_stream_continues()
    {
        byte[] body = [.. RawHttp2.Frame([0xff, 0xff, 1]), .. RawHttp2.Frame(Google.Protobuf.MessageExtensions.ToByteArray(Request(1, 1)))];

        using var answer = await RawHttp2.PostAsync(predictor.Server.GrpcAddress, "/inference.GRPCInferenceService/ModelStreamInfer", body);

        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1));
        Assert.Equal(
            "The message could not be read. It is not a message of this method.", ModelStreamInferResponse.Parser.ParseFrom(bytes, 5, length).ErrorMessage);
        Assert.Equal("request-1", ModelStreamInferResponse.Parser.ParseFrom(bytes.AsSpan(5 + length + 5)).InferResponse.Id);
        Assert.Equal("0", answer.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task A_disconnect_during_a_stream_does_not_affect_other_clients()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 50), async (i, cancellationToken) =>
        {
            using var call = _grpc.ModelStreamInfer(cancellationToken: cancellationToken);
            for (var j = 0; j < i % 5; j++) await call.RequestStream.WriteAsync(Request(j, 1), cancellationToken);
            if (i % 2 == 0 && i % 5 > 0) await call.ResponseStream.MoveNext(cancellationToken);
        });

        Assert.True((await _grpc.ServerReadyAsync(new())).Ready);
    }

    [Fact]
    public async Task An_open_stream_ends_at_shutdown()
    {
        var server = await PredictorServers.StartAsync(TestModels.PathOf("versioned/1"), "--model_name=versioned");
        using var call = server.Grpc.ModelStreamInfer();
        var request = Request(0, 1);
        request.ModelName = "versioned";
        await call.RequestStream.WriteAsync(request);
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));

        var next = call.ResponseStream.MoveNext(CancellationToken.None);

        // Kestrel would wait for the client for half a minute.
        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(20));

        // .NET's client sometimes sees the closed connection before it reads the status of the stream.
        var end = await Assert.ThrowsAsync<RpcException>(() => next);
        if (end.StatusCode != StatusCode.Internal) Assert.Equal((StatusCode.Unavailable, "model_not_ready", "The server is shutting down."), (end.StatusCode, end.Trailers.GetValue("error-code"), end.Status.Detail));
        await server.DisposeAsync();
    }

    private static ModelInferRequest Request(int number, int elements)
    {
        var request = GrpcRequests.Typed("versioned", "x", [elements], [.. Enumerable.Repeat((float)number, elements)]);
        request.Id = $"request-{number}";
        return request;
    }

    private static async Task SendAsync(
        AsyncDuplexStreamingCall<ModelInferRequest, ModelStreamInferResponse> call, IEnumerable<ModelInferRequest> requests)
    {
        foreach (var request in requests) await call.RequestStream.WriteAsync(request);
        await call.RequestStream.CompleteAsync();
    }
}
