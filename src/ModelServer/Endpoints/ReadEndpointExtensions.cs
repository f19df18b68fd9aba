using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>Maps paths that are read.</summary>
internal static class ReadEndpointExtensions
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps GET, and HEAD with the same headers and no body.</summary>
    public static IEndpointConventionBuilder MapRead(this IEndpointRouteBuilder app, string pattern, RequestDelegate handler)
        => app.MapMethods(pattern, Methods, handler);
}
