using Google.Protobuf.Reflection;
using Grpc.Core;
using InferenceServices.Functional.Tests.Predictor;
using V1 = Grpc.Reflection.V1;

namespace InferenceServices.Functional.Tests.Grpc;

[Collection(nameof(PredictorFixture))]
public sealed class ReflectionTests(PredictorFixture predictor)
{
    [Fact]
    public async Task Reflection_returns_the_messages()
    {
        using var call = new V1.ServerReflection.ServerReflectionClient(predictor.Server.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new() { FileContainingSymbol = "inference.ModelInferRequest" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));

        var files = FileDescriptor.BuildFromByteStrings(call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto);

        var request = files[^1].FindTypeByName<MessageDescriptor>("ModelInferRequest");
        Assert.Equal((7, 4), (request.FindFieldByName("raw_input_contents").FieldNumber, request.FindFieldByName("parameters").FieldNumber));
        await call.RequestStream.CompleteAsync();
    }

    [Fact]
    public async Task An_open_reflection_stream_does_not_delay_the_shutdown()
    {
        var server = await PredictorServers.StartModelAsync("fixed");
        using var call = new V1.ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new() { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));

        var next = call.ResponseStream.MoveNext(CancellationToken.None);

        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(20));

        await Assert.ThrowsAsync<RpcException>(() => next);
        await server.DisposeAsync();
    }
}
