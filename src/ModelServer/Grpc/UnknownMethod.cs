using System.Globalization;
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

    /// <summary>Sends a trailers-only response.</summary>
    public static void Reject(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-status"] = ((int)StatusCode.Unimplemented).ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["grpc-message"] = "The method does not exist on this server.";
        http.Response.Headers[CallInterceptor.CodeTrailer] = "not_implemented";
    }
}
