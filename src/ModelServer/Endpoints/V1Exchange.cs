using InferenceServices.Contracts.V1;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.CloudEvents;
using InferenceServices.ModelServer.Memory;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>A V1 request and its response over HTTP, as JSON or as CloudEvents.</summary>
internal sealed class V1Exchange(HttpContext http, CloudEventWriter events, RequestMemory memory) : IDisposable
{
    private readonly MemoryReservation _reservation = memory.Admit();
    private RequestBody _body;
    private CloudEventMessage _message;
    private string _modelName = "";

    /// <summary>The requested model.</summary>
    public string ModelName { get; } = http.ModelName();

    /// <summary>The requested version; null for the default version.</summary>
    public string? ModelVersion { get; } = http.ModelVersion();

    /// <summary>Telemetry of the request.</summary>
    public RequestRecord Record { get; } = RequestRecord.FromContext(http);

    /// <summary>Reads the body. Its memory counts against the request limits until the exchange is disposed.</summary>
    /// <returns>The request; valid until the exchange is disposed.</returns>
    /// <exception cref="Contracts.Errors.ModelNotFoundException">A service does not have the version: 404.</exception>
    /// <exception cref="Contracts.Errors.InvalidInputException">The CloudEvent or the content coding is malformed: 400.</exception>
    /// <exception cref="Contracts.Errors.PayloadTooLargeException">The body is larger than the model accepts: 413.</exception>
    /// <exception cref="Contracts.Errors.ServerBusyException">The request limits are reached: 429.</exception>
    public async ValueTask<PredictRequest> ReadAsync(CatalogEntry model, CancellationToken cancellationToken)
    {
        _modelName = model.Name;
        if (model.IsService) ServiceV2Adapter.CheckVersion(model.Name, ModelVersion);
        _body = await RequestBody.ReadAsync(http.Request, model.MaxBodyBytes, _reservation, cancellationToken);
        _reservation.ReserveWork(WorkEstimate.OfJson(_body.Memory.Span));
        _message = CloudEventReader.ReadAnyContentType(http.Request, _body.Memory);
        return new PredictRequest(model.PredictorModel, _message.Data, Record.RequestId) { ModelVersion = model.IsService ? null : ModelVersion };
    }

    /// <summary>Writes the response: JSON, a CloudEvent, or a page if the client prefers HTML. Takes ownership of the response.</summary>
    public async ValueTask WriteAsync(PredictResponse response)
    {
        ServerTiming.AddHeader(http, Record);
        CacheHeaders.Send(http, Record);
        if (HtmlPage.IsRequested(http.Request) && await ToHtmlAsync(response) is { } page)
        {
            response.Dispose();
            await HtmlPage.SendAsync(http.Response, page);
            return;
        }
        // Disposed before the first byte is sent: a client that reads slowly holds no memory of the runtime.
        await events.SendAsync(http, _modelName, _message, response, static (writer, value) => value.WriteTo(writer), owner: response, _reservation);
    }

    private async ValueTask<string?> ToHtmlAsync(PredictResponse response)
    {
        try
        {
            return await response.ToHtmlAsync(http.RequestAborted);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _body.Dispose();
        _reservation.Dispose();
    }
}
