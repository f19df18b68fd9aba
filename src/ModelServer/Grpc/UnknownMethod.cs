using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>
/// Handles calls of unknown methods and services. The library would handle them with a route for every path of two segments, which
/// would break the 405 of REST paths.
/// </summary>
internal static class UnknownMethod
{
    /// <summary>Returns whether a request without a route is a gRPC call.</summary>
    public static bool IsCalled(HttpRequest request)
        => HttpProtocol.IsHttp2(request.Protocol) && request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true;

    /// <summary>Sends the error.</summary>
    public static void Reject(HttpContext http)
        => CallInterceptor.Reject(http, CallInterceptor.CreateError(StatusCode.Unimplemented, "The method does not exist on this server.", "not_implemented"));
}
