using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.ModelServer.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace InferenceServices.ModelServer.OpenApi;

/// <summary>The API description as JSON. A description of a thousand models takes seconds, so it is generated once for each set of models.</summary>
internal sealed class OpenApiDocumentCache(IServiceProvider services)
{
    private readonly Lock _gate = new();
    private IReadOnlyCollection<string>? _models;
    private Task<byte[]>? _document;

    /// <summary>Returns the description; concurrent calls share the generation.</summary>
    public Task<byte[]> GetAsync()
    {
        // Each load and unload replaces the list of names.
        var models = services.GetRequiredService<ModelCatalog>().ModelNames;
        lock (_gate)
        {
            if (_document is { } document && ReferenceEquals(_models, models) && !document.IsFaulted) return document;
            _models = models;
            return _document = Task.Run(GenerateAsync);
        }
    }

    private async Task<byte[]> GenerateAsync()
    {
        var (document, isComplete) = await services.GetRequiredService<OpenApiDocument>().BuildAsync(CancellationToken.None);
        if (!isComplete)
            lock (_gate) _models = null;
        return Write(document);
    }

    // For people too: indented, and without escapes that JSON does not require.
    private static byte[] Write(JsonObject document)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            document.WriteTo(writer);
        return bytes.ToArray();
    }
}
