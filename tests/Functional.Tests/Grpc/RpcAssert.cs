using Grpc.Core;

namespace InferenceServices.Functional.Tests.Grpc;

/// <summary>What every refusal over gRPC is.</summary>
internal static class RpcAssert
{
    /// <summary>Asserts a refusal with its code, and a sentence that shows nothing of our insides.</summary>
    /// <returns>The refusal.</returns>
    public static async Task<RpcException> RefusedAsync<T>(StatusCode status, string code, Func<AsyncUnaryCall<T>> call)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await call());
        Assert.Equal((status, code), (refusal.StatusCode, refusal.Trailers.GetValue("error-code")));
        Assert.False(string.IsNullOrWhiteSpace(refusal.Status.Detail));
        Assert.DoesNotContain("   at ", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", refusal.Status.Detail, StringComparison.Ordinal);
        return refusal;
    }

    public static async Task RefusedAsync<T>(StatusCode status, string code, string detail, Func<AsyncUnaryCall<T>> call)
        => Assert.Equal(detail, (await RefusedAsync(status, code, call)).Status.Detail);
}
