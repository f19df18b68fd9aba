using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.Endpoints;
using InferenceServices.ModelServer.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace InferenceServices.ModelServer.OpenApi;

/// <summary>Serves the API's description at <c>/openapi.json</c> and its page at <c>/docs</c>.</summary>
internal static class OpenApiExtensions
{
    private const string Document = "openapi";
    private const string Title = "Inference Services";

    /// <summary>JSON names of messages. The records of services have serializer contexts of their own, all with this policy.</summary>
    public static JsonSerializerOptions Names { get; } = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services)
        => services
            .ConfigureHttpJsonOptions(options => options.SerializerOptions.PropertyNamingPolicy = Names.PropertyNamingPolicy)
            .AddEndpointsApiExplorer()
            .AddSwaggerGen(options =>
            {
                options.SwaggerDoc(Document, new OpenApiInfo
                {
                    Title = Title,
                    Version = typeof(OpenApiExtensions).Assembly.GetName().Version!.ToString(3),
                    Description = "Models over KServe V1 and the Open Inference Protocol (V2).",
                    Contact = new OpenApiContact { Name = Title },
                    License = new OpenApiLicense { Name = "Apache-2.0", Url = new Uri("https://www.apache.org/licenses/LICENSE-2.0") },
                });
                // Relative to the document's own URL: a server does not know the names that clients use for its host.
                options.AddServer(new OpenApiServer { Url = "/" });
                options.DocumentAsyncFilter<ModelDocumentFilter>();
                // Non-nullable properties of records are required.
                options.SupportNonNullableReferenceTypes();
                options.NonNullableReferenceTypesAsRequired();
            });

    /// <summary>Adds the schemas of services' and explainers' records to the document.</summary>
    [RequiresUnreferencedCode(ReflectedMessageSchemas.Reason)]
    [RequiresDynamicCode(ReflectedMessageSchemas.Reason)]
    public static void AddMessageSchemas(this IServiceCollection services) => services.TryAddSingleton<IMessageSchemas, ReflectedMessageSchemas>();

    public static void MapOpenApiDocument(this WebApplication app)
    {
        // Created on request: the document must not slow the start.
        var documents = new OpenApiDocumentCache(app.Services, Document);
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
