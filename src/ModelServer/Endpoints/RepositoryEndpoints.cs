using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Memory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>Paths and methods of the model repository extension.</summary>
/// <remarks>Triton, <c>extension_model_repository.md</c>; KServe's agent requires status 200 for load and unload.</remarks>
internal sealed class RepositoryEndpoints(IModelRepository repository, RequestMemory memory, IOptions<ModelServerOptions> options)
{
    private delegate ValueTask Operation(string modelName, CancellationToken cancellationToken);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v2/repository/index", IndexAsync);
        app.MapPost("/v2/repository/models/{modelName}/load", http => RunAsync(http, "load", repository.LoadAsync));
        app.MapPost("/v2/repository/models/{modelName}/unload", http => RunAsync(http, "unload", repository.UnloadAsync));
    }

    private async Task IndexAsync(HttpContext http)
    {
        bool readyOnly;
        using (var reservation = memory.Admit())
        using (var body = await ReadAsync(http, reservation)) readyOnly = RepositoryJson.ReadReadyOnly(body.Memory.Span);
        var entries = await repository.IndexAsync(http.RequestAborted);
        JsonBody.Send(http.Response, readyOnly ? entries.Where(entry => entry.State == ModelState.Ready) : entries, RepositoryJson.WriteIndex);
    }

    private async Task RunAsync(HttpContext http, string name, Operation operation)
    {
        using (var reservation = memory.Admit())
        using (var body = await ReadAsync(http, reservation)) RepositoryJson.ReadParameters(body.Memory.Span);
        // Kestrel decodes every escape in a path except that of the slash.
        var modelName = http.ModelName().Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        await operation(modelName, http.RequestAborted);
        JsonBody.Send(http.Response, (modelName, name), RepositoryJson.WriteDone);
    }

    private ValueTask<RequestBody> ReadAsync(HttpContext http, MemoryReservation reservation)
        => RequestBody.ReadAsync(http.Request, options.Value.RequestPayloadLimit, reservation, http.RequestAborted);
}
