using System.Text.Json;
using InferenceServices.Codecs;
using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.CloudEvents;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Memory;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>Paths and methods of the V2 protocol.</summary>
/// <remarks>Open Inference Protocol, "HTTP/REST"; health bodies as KServe's client expects them.</remarks>
internal sealed class V2Endpoints(
    InferencePipeline pipeline,
    ModelCatalog models,
    RequestTelemetry telemetry,
    ServerReadiness readiness,
    ServerMetadata server,
    CloudEventWriter events,
    RequestMemory memory,
    IOptions<ModelServerOptions> options)
{
    private readonly TensorJsonFormat _format = new(options.Value.JsonNonFinite);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapRead("/v2", GetServerMetadata);
        app.MapRead("/v2/health/live", http => Send(http, "live", true)).WithMetadata(new ProbeAttribute());
        app.MapRead("/v2/health/ready", ServerReadyAsync).WithMetadata(new ProbeAttribute());
        app.MapRead("/v2/models", ListModels);
        foreach (var model in new[] { "/v2/models/{modelName}", "/v2/models/{modelName}/versions/{modelVersion}" })
        {
            app.MapRead(model, GetMetadataAsync);
            app.MapRead(model + "/ready", ModelReadyAsync).WithMetadata(new ProbeAttribute());
            app.MapPost(model + "/infer", InferAsync);
        }
    }

    public static void WriteReady(Utf8JsonWriter writer, string modelName)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, modelName);
        writer.WriteBoolean("ready"u8, true);
        writer.WriteEndObject();
    }

    private static Task Send(HttpContext http, string name, bool value)
    {
        JsonBody.Send(http.Response, (name, value), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean(state.name, state.value);
            writer.WriteEndObject();
        });
        return Task.CompletedTask;
    }

    private Task GetServerMetadata(HttpContext http)
    {
        JsonBody.Send(http.Response, server.Extensions, static (writer, extensions) =>
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, ServerMetadata.Name);
            writer.WriteString("version"u8, ServerMetadata.Version);
            writer.WriteStartArray("extensions"u8);
            foreach (var extension in extensions) writer.WriteStringValue(extension);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
        return Task.CompletedTask;
    }

    private async Task ServerReadyAsync(HttpContext http)
    {
        var ready = await readiness.IsReadyAsync(http.RequestAborted);
        http.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await Send(http, "ready", ready);
    }

    private Task ListModels(HttpContext http)
    {
        JsonBody.Send(http.Response, models.ModelNames, V1Endpoints.WriteNames);
        return Task.CompletedTask;
    }

    private async Task GetMetadataAsync(HttpContext http)
    {
        var metadata = await models.GetMetadataAsync(http.ModelName(), http.ModelVersion(), http.RequestAborted);
        JsonBody.Send(http.Response, metadata, MetadataJson.Write);
    }

    private async Task ModelReadyAsync(HttpContext http)
    {
        var modelName = http.ModelName();
        if (!await models.IsReadyAsync(modelName, http.ModelVersion(), http.RequestAborted)) throw new ModelNotReadyException(modelName);
        JsonBody.Send(http.Response, modelName, WriteReady);
    }

    private async Task InferAsync(HttpContext http)
    {
        telemetry.StartInference(RequestRecord.FromContext(http), RequestProtocol.V2);
        using var exchange = new V2Exchange(http, models, events, memory, _format);
        await pipeline.InferAsync(exchange, http.RequestAborted);
    }
}
