using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.CloudEvents;
using InferenceServices.ModelServer.Memory;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>Paths and methods of the V1 protocol.</summary>
/// <remarks>KServe Python SDK, <c>v1_endpoints.py</c>, whose tests assert these bodies exactly.</remarks>
internal sealed class V1Endpoints(
    InferencePipeline pipeline, ModelCatalog models, RequestTelemetry telemetry, CloudEventWriter events, RequestMemory memory)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapRead("/", Alive).WithMetadata(new ProbeAttribute());
        app.MapRead("/v1/models", ListModels);
        app.MapRead("/v1/models/{modelName}", GetModelAsync).WithMetadata(new ProbeAttribute());
        app.MapPost("/v1/models/{modelName}:predict", PredictAsync);
        app.MapPost("/v1/models/{modelName}/versions/{modelVersion}:predict", PredictAsync);
        app.MapPost("/v1/models/{modelName}:explain", ExplainAsync);

        // Routing cannot detect a wrong method here: the path of a model also matches the paths of its operations.
        (string Path, string Verbs)[] verbs =
            [("/v1/models/{modelName}", "GET, HEAD"), ("/v1/models/{modelName}/versions/{modelVersion}", "GET, HEAD"), ("/v1/models/{modelName}/versions/{modelVersion}:predict", HttpMethods.Post),
                ("/v1/models/{modelName}:predict", HttpMethods.Post), ("/v1/models/{modelName}:explain", HttpMethods.Post)];
        foreach (var (path, allowed) in verbs) app.Map(path, http => MethodNotAllowed(http, allowed));
    }

    private static Task Alive(HttpContext http)
    {
        JsonBody.Send(http.Response, 0, static (writer, _) =>
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, "alive"u8);
            writer.WriteEndObject();
        });
        return Task.CompletedTask;
    }

    private Task MethodNotAllowed(HttpContext http, string allowed)
    {
        _ = models.Find(http.ModelName());
        http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        http.Response.Headers.Allow = allowed;
        return Task.CompletedTask;
    }

    private Task ListModels(HttpContext http)
    {
        JsonBody.Send(http.Response, models.ModelNames, WriteNames);
        return Task.CompletedTask;
    }

    private async Task GetModelAsync(HttpContext http)
    {
        var modelName = http.ModelName();
        if (!await models.IsReadyAsync(modelName, modelVersion: null, http.RequestAborted)) throw new ModelNotReadyException(modelName);
        JsonBody.Send(http.Response, modelName, V2Endpoints.WriteReady);
    }

    private async Task PredictAsync(HttpContext http)
    {
        telemetry.StartInference(RequestRecord.FromContext(http), RequestProtocol.V1);
        using var exchange = new V1Exchange(http, events, memory);
        await pipeline.PredictAsync(exchange, http.RequestAborted);
    }

    private async Task ExplainAsync(HttpContext http)
    {
        telemetry.StartInference(RequestRecord.FromContext(http), RequestProtocol.V1);
        using var exchange = new V1Exchange(http, events, memory);
        await pipeline.ExplainAsync(exchange, http.RequestAborted);
    }

    public static void WriteNames(Utf8JsonWriter writer, IReadOnlyCollection<string> names)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("models"u8);
        foreach (var name in names) writer.WriteStringValue(name);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
