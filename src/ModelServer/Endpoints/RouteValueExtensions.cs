using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>Gets values of the route.</summary>
internal static class RouteValueExtensions
{
    public static string ModelName(this HttpContext http) => (string)http.Request.RouteValues["modelName"]!;

    public static string? ModelVersion(this HttpContext http) => http.Request.RouteValues["modelVersion"] as string;
}
