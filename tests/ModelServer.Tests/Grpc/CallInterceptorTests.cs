using Grpc.Core;
using InferenceServices.ModelServer.Grpc;

namespace InferenceServices.ModelServer.Tests.Grpc;

public sealed class CallInterceptorTests
{
    [Theory]
    [InlineData(400, StatusCode.InvalidArgument)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.NotFound)]
    [InlineData(405, StatusCode.InvalidArgument)]
    [InlineData(408, StatusCode.DeadlineExceeded)]
    [InlineData(413, StatusCode.ResourceExhausted)]
    [InlineData(415, StatusCode.Unimplemented)]
    [InlineData(422, StatusCode.FailedPrecondition)]
    [InlineData(429, StatusCode.ResourceExhausted)]
    [InlineData(500, StatusCode.Internal)]
    [InlineData(501, StatusCode.Unimplemented)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.DeadlineExceeded)]
    public void Every_http_status_has_its_grpc_status(int http, StatusCode expected) => Assert.Equal(expected, CallInterceptor.CodeOf(http));
}
