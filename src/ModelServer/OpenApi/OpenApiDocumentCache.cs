using System.Text;
using InferenceServices.ModelServer.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;

namespace InferenceServices.ModelServer.OpenApi;

/// <summary>The API description as JSON. A description of a thousand models takes seconds, so it is generated once for each set of models.</summary>
internal sealed class OpenApiDocumentCache(IServiceProvider services, string name)
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
        using var scope = services.CreateScope();
        var document = await scope.ServiceProvider.GetRequiredService<IAsyncSwaggerProvider>().GetSwaggerAsync(name);
        if (document.Metadata?.ContainsKey(ModelDocumentFilter.IsIncomplete) is true)
            lock (_gate) _models = null;
        return Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0));
    }
}
