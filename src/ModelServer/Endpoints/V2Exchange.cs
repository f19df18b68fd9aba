using InferenceServices.Codecs;
using InferenceServices.Codecs.V2;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.CloudEvents;
using InferenceServices.ModelServer.Memory;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Endpoints;

/// <summary>A V2 request and its response over HTTP: JSON, JSON followed by binary tensors, raw binary, or CloudEvents.</summary>
internal sealed class V2Exchange(HttpContext http, ModelCatalog models, CloudEventWriter events, RequestMemory memory, TensorJsonFormat format)
    : IV2Exchange, IDisposable
{
    private readonly MemoryReservation _reservation = memory.Admit();
    private RequestBody _body;
    private CloudEventMessage _message;
    private string _modelName = "";

    public string ModelName { get; } = http.ModelName();

    public string? ModelVersion { get; } = http.ModelVersion();

    public RequestRecord Record { get; } = RequestRecord.FromContext(http);

    public async ValueTask<InferRequest> ReadAsync(CatalogEntry model, CancellationToken cancellationToken)
    {
        _modelName = model.Name;
        _body = await RequestBody.ReadAsync(http.Request, model.MaxBodyBytes, _reservation, cancellationToken);
        _message = CloudEventReader.Read(http.Request, _body.Memory);
        Record.StartStage(Stage.Preprocess);
        var jsonLength = InferenceHeader.Read(HeaderOf(http.Request.Headers), _message.Data.Length);
        var length = jsonLength ?? _message.Data.Length;
        _reservation.ReserveWork(WorkEstimate.OfJson(_message.Data.Span[..length]) + WorkEstimate.OfBinary(_message.Data.Length - length));
        if (jsonLength == 0) return RawRequest.Read(await models.GetMetadataAsync(model.Name, ModelVersion, cancellationToken), _message.Data.Span);
        if (length < LargeWork.LeastBytes) return ReadRequest(length, model);
        return await memory.Decoding.RunAsync((this, length, model), static state => state.Item1.ReadRequest(state.length, state.model), cancellationToken);
    }

    public ValueTask WriteAsync(InferRequest request, InferResponse response)
    {
        // Disposed before the first byte is sent: a client that reads slowly holds no memory of the runtime.
        var named = response.Id is null ? response with { Id = Record.RequestId } : response;
        ServerTiming.AddHeader(http, Record);
        CacheHeaders.Send(http, Record);
        if (_message.AnswerMode == ContentMode.Structured)
        {
            // A structured CloudEvent is JSON only: it has no place for binary tensors.
            return events.SendAsync(
                http,
                _modelName,
                _message,
                (named, format),
                static (writer, state) => InferResponseJson.Write(writer, state.named, BinaryOutputs.None, state.format),
                owner: response,
                _reservation);
        }
        events.SetHeaders(http, _modelName, _message);
        return InferResponseBody.SendAsync(http.Response, named, new BinaryOutputs(request), format, _reservation);
    }

    public void Dispose()
    {
        _body.Dispose();
        _reservation.Dispose();
    }

    // Several lines of the header are joined, as clients join them, so that they are not a number.
    private static string? HeaderOf(IHeaderDictionary headers)
        => headers.TryGetValue(InferenceHeader.Name, out var values) && values.Count > 0 ? values.ToString() : null;

    private InferRequest ReadRequest(int jsonLength, CatalogEntry model)
    {
        var body = _message.Data.Span;
        try
        {
            return InferRequestJson.Read(body[..jsonLength], new BinaryTensors(body[jsonLength..], model.Name), format);
        }
        catch (InvalidInputException exception) when (BodyProtocol.IsV1(body[..jsonLength], model.IsService))
        {
            throw new InvalidInputException($"the body is a V1 request: post it to /v1/models/{model.PredictorModel}:{(model.IsExplainer ? "explain" : "predict")}, or send V2 'inputs' with name, shape, datatype and data", exception);
        }
    }
}
