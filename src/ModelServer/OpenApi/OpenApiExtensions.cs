using System.Diagnostics.CodeAnalysis;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.Endpoints;
using InferenceServices.ModelServer.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.OpenApi;

/// <summary>Serves the API's description at <c>/openapi.json</c> and its page at <c>/docs</c>.</summary>
internal static class OpenApiExtensions
{
    private const string Title = "Inference Services";

    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services) => services.AddTransient<OpenApiDocument>();

    /// <summary>Adds the schemas of services' and explainers' records to the document.</summary>
    [RequiresUnreferencedCode(ReflectedMessageSchemas.Reason)]
    [RequiresDynamicCode(ReflectedMessageSchemas.Reason)]
    public static void AddMessageSchemas(this IServiceCollection services) => services.TryAddSingleton<IMessageSchemas, ReflectedMessageSchemas>();

    public static void MapOpenApiDocument(this WebApplication app)
    {
        // Created on request: the document must not slow the start.
        var documents = new OpenApiDocumentCache(app.Services);
        app.MapRead("/openapi.json", async http =>
        {
            var json = await documents.GetAsync().WaitAsync(http.RequestAborted);
            http.Response.ContentType = JsonBody.ContentType;
            http.Response.ContentLength = json.Length;
            await http.Response.Body.WriteAsync(json, http.RequestAborted);
        });
        if (!app.Services.GetRequiredService<IOptions<ModelServerOptions>>().Value.EnableDocsUrl) return;
        // The page is built when it is first opened.
        var page = new Lazy<RequestDelegate>(() => BuildPage(((IApplicationBuilder)app).New()));
        app.MapWhen(
            http => http.Request.Path.StartsWithSegments("/docs", StringComparison.Ordinal),
            docs => docs.Run(http => page.Value(http)));
    }

    private static RequestDelegate BuildPage(IApplicationBuilder docs)
        => docs.UseSwaggerUI(options =>
        {
            options.RoutePrefix = "docs";
            options.SwaggerEndpoint("/openapi.json", Title);
            options.EnableTryItOutByDefault();
        }).Build();
}
