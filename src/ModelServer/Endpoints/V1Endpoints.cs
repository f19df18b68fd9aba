using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.ModelServer.Codecs;
using InferenceServices.ModelServer.Codecs.CloudEvents;
using InferenceServices.ModelServer.PredictionCache;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>Path and verb of the V1 protocol.</summary>
/// <remarks>KServe Python SDK, <c>v1_endpoints.py</c>; its tests assert these bodies to the byte.</remarks>
internal sealed class V1Endpoints(DataPlane.DataPlane plane, RequestTelemetry telemetry, CloudEventWriter events, RequestBudget budget)
{
    private delegate ValueTask<PredictResponse> Operation(
        InferenceService service, PredictRequest request, RequestRecord record, CancellationToken cancellationToken);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/", Alive).WithMetadata(new ProbeAttribute());
        app.MapGet("/v1/models", ListModels);
        app.MapGet("/v1/models/{modelName}", GetModelAsync).WithMetadata(new ProbeAttribute());
        app.MapPost("/v1/models/{modelName}:predict", http => RunAsync(http, plane.PredictAsync));
        app.MapPost("/v1/models/{modelName}:explain", http => RunAsync(http, plane.ExplainAsync));

        // Routing alone cannot tell a wrong verb here: a model's path also matches the paths of its operations.
        (string Path, string Verb)[] verbs =
            [("/v1/models/{modelName}", HttpMethods.Get), ("/v1/models/{modelName}:predict", HttpMethods.Post), ("/v1/models/{modelName}:explain", HttpMethods.Post)];
        foreach (var (path, verb) in verbs) app.Map(path, http => RefuseVerb(http, verb));
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

    private Task RefuseVerb(HttpContext http, string allowed)
    {
        _ = plane.Find(http.ModelName());
        http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        http.Response.Headers.Allow = allowed;
        return Task.CompletedTask;
    }

    private Task ListModels(HttpContext http)
    {
        JsonBody.Send(http.Response, plane.ModelNames, WriteNames);
        return Task.CompletedTask;
    }

    private async Task GetModelAsync(HttpContext http)
    {
        var modelName = http.ModelName();
        if (!await plane.IsReadyAsync(modelName, modelVersion: null, http.RequestAborted)) throw new ModelNotReadyException(modelName);
        JsonBody.Send(http.Response, modelName, V2Endpoints.WriteReady);
    }

    private async Task RunAsync(HttpContext http, Operation operation)
    {
        var record = telemetry.StartInference(RequestRecord.FromContext(http), RequestProtocol.V1);
        var service = plane.Find(http.ModelName());
        record.ModelName = service.ModelName;
        using var body = await RequestBody.ReadAsync(http.Request, service.MaxBodyBytes, budget, http.RequestAborted);
        var message = CloudEventReader.ReadAnyContentType(http.Request, body.Memory);
        var request = new PredictRequest(service.PredictorName, message.Data, record.RequestId);
        using var response = await operation(service, request, record, http.RequestAborted);
        ServerTiming.AddHeader(http, record);
        CacheHeaders.Send(http, record);
        if (HtmlPage.IsRequested(http.Request) && await response.ToHtmlAsync(http.RequestAborted) is { } page) await HtmlPage.SendAsync(http.Response, page);
        else events.Send(http, service.ModelName, message, response, static (writer, answer) => answer.WriteTo(writer));
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
