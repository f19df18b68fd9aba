using Grpc.Core;

namespace InferenceServices.Functional.Tests.Grpc;

/// <summary>Assertions about gRPC errors.</summary>
internal static class RpcAssert
{
    /// <summary>Asserts an error with a status code and a message without internal details.</summary>
    /// <returns>The error.</returns>
    public static async Task<RpcException> ErrorAsync<T>(StatusCode status, string code, Func<AsyncUnaryCall<T>> call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call());
        Assert.Equal((status, code), (exception.StatusCode, exception.Trailers.GetValue("error-code")));
        Assert.False(string.IsNullOrWhiteSpace(exception.Status.Detail));
        Assert.DoesNotContain("   at ", exception.Status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", exception.Status.Detail, StringComparison.Ordinal);
        return exception;
    }

    public static async Task ErrorAsync<T>(StatusCode status, string code, string detail, Func<AsyncUnaryCall<T>> call)
        => Assert.Equal(detail, (await ErrorAsync(status, code, call)).Status.Detail);
}
