using FsCheck.Xunit;
using Grpc.Core;
using InferenceServices.Functional.Tests.Grpc;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Every call gets a response or a client error, and the next call succeeds.</summary>
[Collection(nameof(FuzzedServers))]
public sealed class GrpcFuzzTests(FuzzedServers servers)
{
    private static readonly StatusCode[] Allowed = [StatusCode.OK, StatusCode.InvalidArgument, StatusCode.NotFound, StatusCode.ResourceExhausted, StatusCode.Unimplemented];

    [Property(MaxTest = FuzzedServers.Cases, Arbitrary = [typeof(GrpcMessages)])]
    public Task A_random_message_gets_a_response_or_a_client_error(GrpcMessage message) => CallAsync(RawHttp2.Frame(message.Bytes));

    [Property(MaxTest = FuzzedServers.Cases)]
    public Task Random_bytes_get_a_response_or_a_client_error(byte[] bytes) => CallAsync(bytes);

    [Property(MaxTest = FuzzedServers.Cases / 2)]
    public Task A_random_frame_gets_a_response_or_a_client_error(byte[] bytes, byte flag) => CallAsync(RawHttp2.Frame(bytes, flag));

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
