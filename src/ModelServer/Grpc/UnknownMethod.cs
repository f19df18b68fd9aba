using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>
/// A call of a method or service that is not there. The library would answer it through a route for every path of two segments, which
/// confuses what verbs REST's paths take.
/// </summary>
internal static class UnknownMethod
{
    /// <summary>Whether a request that found no route is a call.</summary>
    public static bool IsCalled(HttpRequest request)
        => HttpProtocol.IsHttp2(request.Protocol) && request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true;

    /// <summary>Answers it in headers alone.</summary>
    public static void Refuse(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-status"] = ((int)StatusCode.Unimplemented).ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["grpc-message"] = "This server has no such method.";
        http.Response.Headers[CallInterceptor.CodeTrailer] = "not_implemented";
    }
}
