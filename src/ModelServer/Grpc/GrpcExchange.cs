using InferenceServices.Codecs.Grpc;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>A V2 request and its response as gRPC messages.</summary>
internal sealed class GrpcExchange(ModelInferRequest message, RequestRecord record, RequestLimiter limiter, bool alwaysRaw) : IV2Exchange, IDisposable
{
    private long? _reservedBytes;

    public string ModelName => message.ModelName;

    public string? ModelVersion => message.ModelVersion.Length > 0 ? message.ModelVersion : null;

    public RequestRecord Record => record;

    /// <summary>The response. The sender of <see cref="ResponseMessage"/> disposes it afterwards: the message is serialized from its memory.</summary>
    public InferResponse? Response { get; private set; }

    /// <summary>The response as a message.</summary>
    public ModelInferResponse? ResponseMessage { get; private set; }

    public ValueTask<InferRequest> ReadAsync(CatalogEntry model, CancellationToken cancellationToken)
    {
        record.StartStage(Stage.Preprocess);
        var request = InferRequestMessage.Read(message);
        try
        {
            // --grpc_max_receive_message_length limits the message itself; a service may accept less.
            var bytes = request.CountBytes();
            if (bytes > model.MaxBodyBytes) throw new PayloadTooLargeException(model.MaxBodyBytes);
            limiter.Acquire(bytes);
            _reservedBytes = bytes;
            return new ValueTask<InferRequest>(request);
        }
        catch
        {
            request.Dispose();
            throw;
        }
    }

    public ValueTask WriteAsync(InferRequest request, InferResponse response)
    {
        Response = response;
        ResponseMessage = InferResponseMessage.Write(response, response.Id ?? record.RequestId, raw: alwaysRaw || !InferResponseMessage.IsTyped(message));
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        if (_reservedBytes is { } bytes) limiter.Release(bytes);
    }
}
