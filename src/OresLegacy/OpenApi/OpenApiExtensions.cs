using InferenceServices.OresLegacy.Endpoints;

namespace InferenceServices.OresLegacy.OpenApi;

/// <summary>Serves the API's description at <c>/openapi.json</c> and its page at <c>/docs</c>.</summary>
internal static class OpenApiExtensions
{
    public static void MapOpenApi(this WebApplication app)
    {
        var document = new Lazy<byte[]>(ReadDocument);
        app.MapGet("/openapi.json", http => http.SendJsonAsync(document.Value));
        app.UseSwaggerUI(static page =>
        {
            page.RoutePrefix = "docs";
            page.DocumentTitle = "ORES legacy";
            page.SwaggerEndpoint("/openapi.json", "ORES legacy");
            page.EnableTryItOutByDefault();
        });
    }

    private static byte[] ReadDocument()
    {
        using var resource = typeof(OpenApiExtensions).Assembly.GetManifestResourceStream("openapi.json")!;
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        return copy.ToArray();
    }
}
