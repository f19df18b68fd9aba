using FsCheck.Xunit;
using Grpc.Core;
using InferenceServices.Functional.Tests.Grpc;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Whatever a call holds, it is answered or refused as the caller's mistake, and the next caller notices nothing.</summary>
[Collection(nameof(FuzzedServers))]
public sealed class GrpcFuzzTests(FuzzedServers servers)
{
    private static readonly StatusCode[] Allowed = [StatusCode.OK, StatusCode.InvalidArgument, StatusCode.NotFound, StatusCode.ResourceExhausted, StatusCode.Unimplemented];

    [Property(MaxTest = FuzzedServers.Cases, Arbitrary = [typeof(GrpcMessages)])]
    public Task Any_message_is_answered_or_refused(GrpcMessage message) => CallAsync(RawHttp2.Frame(message.Bytes));

    [Property(MaxTest = FuzzedServers.Cases)]
    public Task Any_bytes_are_answered_or_refused(byte[] bytes) => CallAsync(bytes);

    [Property(MaxTest = FuzzedServers.Cases / 2)]
    public Task Any_frame_is_answered_or_refused(byte[] bytes, byte flag) => CallAsync(RawHttp2.Frame(bytes, flag));

    private async Task CallAsync(byte[] body)
    {
        foreach (var method in new[] { RawHttp2.Infer, "/inference.GRPCInferenceService/ModelStreamInfer", "/inference.GRPCInferenceService/ModelMetadata" })
        {
            using var answer = await RawHttp2.PostAsync(servers.Predictor.GrpcAddress, method, body).WaitAsync(FuzzedServers.Patience);

            Assert.Equal(200, (int)answer.StatusCode);
            var headers = answer.Headers.TryGetValues("grpc-status", out var values) ? values : answer.TrailingHeaders.GetValues("grpc-status");
            Assert.Contains(Enum.Parse<StatusCode>(headers.Single()), Allowed);
        }
        await servers.AssertGrpcAliveAsync();
    }
}
