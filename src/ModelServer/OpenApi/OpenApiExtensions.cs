using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;

namespace InferenceServices.ModelServer.OpenApi;

/// <summary>The API's description at <c>/openapi.json</c> and its page at <c>/docs</c>.</summary>
internal static class OpenApiExtensions
{
    private const string Document = "openapi";
    private const string Name = "Inference Services";

    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services)
        => services
            .ConfigureHttpJsonOptions(options => options.SerializerOptions.PropertyNamingPolicy = MessageSchema.Names.PropertyNamingPolicy)
            .AddEndpointsApiExplorer()
            .AddSwaggerGen(options =>
            {
                options.SwaggerDoc(Document, new OpenApiInfo
                {
                    Title = Name,
                    Version = typeof(OpenApiExtensions).Assembly.GetName().Version!.ToString(3),
                    Description = "Models over KServe V1 and the Open Inference Protocol (V2).",
                    Contact = new OpenApiContact { Name = Name },
                    License = new OpenApiLicense { Name = "Apache-2.0", Url = new Uri("https://www.apache.org/licenses/LICENSE-2.0") },
                });
                // Wherever the document was had from; no host, because a server does not know its names.
                options.AddServer(new OpenApiServer { Url = "/" });
                options.DocumentAsyncFilter<ModelDocumentFilter>();
                // What a record says is never null is there and is not null.
                options.SupportNonNullableReferenceTypes();
                options.NonNullableReferenceTypesAsRequired();
            });

    public static void MapOpenApiDocument(this WebApplication app)
    {
        // Made when asked for: describing the API must not cost a server's start anything.
        app.MapGet("/openapi.json", async http =>
        {
            var document = await http.RequestServices.GetRequiredService<IAsyncSwaggerProvider>().GetSwaggerAsync(Document);
            var json = await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0, http.RequestAborted);
            http.Response.ContentType = JsonBody.ContentType;
            await http.Response.WriteAsync(json, http.RequestAborted);
        });
        if (!app.Services.GetRequiredService<IOptions<ModelServerOptions>>().Value.EnableDocsUrl) return;
        // The page as well: its assets are looked up when somebody first opens it.
        var page = new Lazy<RequestDelegate>(() => BuildPage(((IApplicationBuilder)app).New()));
        app.MapWhen(
            http => http.Request.Path.StartsWithSegments("/docs", StringComparison.Ordinal),
            docs => docs.Run(http => page.Value(http)));
    }

    private static RequestDelegate BuildPage(IApplicationBuilder docs)
        => docs.UseSwaggerUI(options =>
        {
            options.RoutePrefix = "docs";
            options.SwaggerEndpoint("/openapi.json", Name);
            options.EnableTryItOutByDefault();
        }).Build();
}
