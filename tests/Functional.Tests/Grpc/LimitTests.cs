using System.IO.Compression;
using Google.Protobuf;
using Grpc.Core;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Grpc;

public sealed class LimitTests
{
    private const int Elements = 3_000_000;

    [Fact]
    public async Task Messages_over_the_default_of_8_MiB_are_rejected_and_smaller_ones_accepted()
    {
        await using var server = await PredictorServers.StartModelAsync("free");

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await server.Grpc.ModelInferAsync(Zeros(Elements)));
        var answer = await server.Grpc.ModelInferAsync(Zeros(2_000_000));

        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
        Assert.Equal(8_000_000, answer.RawOutputContents.Single().Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task The_limit_can_be_disabled(int none)
    {
        await using var server = await PredictorServers.StartModelAsync(
            "free", $"--grpc_max_receive_message_length={none}", $"--grpc_max_send_message_length={none}");

        var answer = await server.Grpc.ModelInferAsync(Zeros(Elements));

        Assert.Equal(4 * Elements, answer.RawOutputContents.Single().Length);
    }

    [Fact]
    public async Task A_response_over_the_limit_is_an_error()
    {
        await using var server = await PredictorServers.StartModelAsync("free", "--grpc_max_send_message_length=1000");

        var request = Zeros(1_000);
        request.Id = "1";
        await RpcAssert.ErrorAsync(
            StatusCode.ResourceExhausted, "payload_too_large", "The response message has 4031 bytes, more than the 1000 bytes of --grpc_max_send_message_length.",
            () => server.Grpc.ModelInferAsync(request));
        var answer = await server.Grpc.ModelInferAsync(Zeros(10));

        Assert.Equal(40, answer.RawOutputContents.Single().Length);
    }

    [Fact]
    public async Task A_response_of_a_stream_over_the_limit_is_an_error_of_its_request_and_the_stream_continues()
    {
        await using var server = await PredictorServers.StartModelAsync("free", "--grpc_max_send_message_length=1000");
        using var call = server.Grpc.ModelStreamInfer();
        foreach (var (count, id) in new[] { (10, "a"), (1_000, "b"), (10, new string('c', 2_000)), (10, "d") })
        {
            var request = Zeros(count);
            request.Id = id;
            await call.RequestStream.WriteAsync(request);
        }
        await call.RequestStream.CompleteAsync();

        var answers = new List<ModelStreamInferResponse>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync()) answers.Add(answer);

        // An id that does not fit is omitted.
        Assert.Equal(["a", "b", "", "d"], answers.Select(answer => answer.InferResponse.Id));
        Assert.Equal([40, 0, 0, 40], answers.Select(answer => answer.InferResponse.RawOutputContents.Sum(output => output.Length)));
        Assert.Equal(["", "4034", "2072", ""], answers.Select(answer => answer.ErrorMessage.Length == 0 ? "" : answer.ErrorMessage.Split(' ')[4]));
        Assert.All([1, 2], i => Assert.EndsWith(" bytes, more than the 1000 bytes of --grpc_max_send_message_length.", answers[i].ErrorMessage, StringComparison.Ordinal));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_message_that_exceeds_the_limit_after_decompression_is_rejected()
    {
        await using var server = await PredictorServers.StartModelAsync("free");
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 200; i++) gzip.Write(zeros);
        }

        using var answer = await RawHttp2.PostAsync(
            server.GrpcAddress, RawHttp2.Infer, RawHttp2.Frame(bomb.ToArray(), compressed: 1), headers: ("grpc-encoding", "gzip"));

        Assert.Equal($"{(int)StatusCode.ResourceExhausted}", RawHttp2.StatusInHeaders(answer));
    }

    [Fact]
    public async Task Responses_are_compressed_if_the_request_is()
    {
        await using var server = await PredictorServers.StartModelAsync("free");
        var message = Zeros(10_000).ToByteArray();
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(message);
        (string, string) accepts = ("grpc-accept-encoding", "identity,deflate,gzip");

        using var plain = await RawHttp2.PostAsync(server.GrpcAddress, RawHttp2.Infer, RawHttp2.Frame(message), headers: accepts);
        using var packed = await RawHttp2.PostAsync(
            server.GrpcAddress, RawHttp2.Infer, RawHttp2.Frame(compressed.ToArray(), 1), headers: [accepts, ("grpc-encoding", "gzip")]);
        var plainBody = await plain.Content.ReadAsByteArrayAsync();
        var packedBody = await packed.Content.ReadAsByteArrayAsync();

        Assert.Equal((0, 1), (plainBody[0], packedBody[0]));
        Assert.InRange(packedBody.Length, 1, 5_000);
        using var unpacked = new GZipStream(new MemoryStream(packedBody[5..]), CompressionMode.Decompress);
        Assert.Equal(40_000, ModelInferResponse.Parser.ParseFrom(unpacked).RawOutputContents.Single().Length);
        Assert.Equal(40_000, ModelInferResponse.Parser.ParseFrom(plainBody[5..]).RawOutputContents.Single().Length);
    }

    [Fact]
    public async Task A_client_can_request_gzip()
    {
        await using var server = await PredictorServers.StartModelAsync("free");

        var answer = await server.Grpc.ModelInferAsync(Zeros(100_000), new Metadata { { "grpc-internal-encoding-request", "gzip" } });

        Assert.Equal(400_000, answer.RawOutputContents.Single().Length);
    }

    [Fact]
    public async Task Responses_can_always_have_raw_contents()
    {
        await using var server = await PredictorServers.StartAsync(TestModels.PathOf("versioned/1"), "--model_name=versioned", "--grpc_raw_output=always");

        var answer = await server.Grpc.ModelInferAsync(GrpcRequests.Typed("versioned", "x", [1], 1));

        Assert.Equal([0, 0, 0, 64], answer.RawOutputContents.Single().ToByteArray());
        Assert.Null(answer.Outputs.Single().Contents);
    }

    private static ModelInferRequest Zeros(int count) => new()
    {
        ModelName = "free",
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 1, count } } },
        RawInputContents = { UnsafeByteOperations.UnsafeWrap(new byte[4L * count]) },
    };
}
