using InferenceServices.Codecs;
using InferenceServices.Codecs.Grpc;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Memory;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>A V2 request and its response as gRPC messages.</summary>
internal sealed class GrpcExchange(InferRequestMessage message, RequestRecord record, MemoryReservation reservation, bool alwaysRaw) : IV2Exchange
{
    public string ModelName => message.ModelName;

    public string? ModelVersion => message.ModelVersion.Length > 0 ? message.ModelVersion : null;

    public RequestRecord Record => record;

    /// <summary>The response, which the sender disposes.</summary>
    public InferResponseMessage? Response { get; private set; }

    public ValueTask<InferRequest> ReadAsync(CatalogEntry model, CancellationToken cancellationToken)
    {
        record.StartStage(Stage.Preprocess);
        var request = message.ToRequest();
        // --grpc_max_receive_message_length limits the message itself; a service may accept less.
        if (request.CountBytes() <= model.MaxBodyBytes) return new ValueTask<InferRequest>(request);
        request.Dispose();
        throw new PayloadTooLargeException(model.MaxBodyBytes);
    }

    public ValueTask WriteAsync(InferRequest request, InferResponse response)
    {
        Response = new InferResponseMessage(response, response.Id ?? record.RequestId, raw: alwaysRaw || !message.IsTyped);
        try
        {
            // The connection buffers the whole message.
            if (Response.Size > PooledBufferWriter.SmallBytes) reservation.Reserve(Response.Size);
        }
        catch
        {
            Response.Dispose();
            throw;
        }
        return ValueTask.CompletedTask;
    }
}
