using InferenceServices.Codecs.Grpc;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Memory;
using InferenceServices.ModelServer.Pipeline;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>A V2 request and its response as gRPC messages.</summary>
internal sealed class GrpcExchange(ModelInferRequest message, RequestRecord record, MemoryReservation? reservation, bool alwaysRaw) : IV2Exchange
{
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
        // --grpc_max_receive_message_length limits the message itself; a service may accept less.
        if (request.CountBytes() <= model.MaxBodyBytes) return new ValueTask<InferRequest>(request);
        request.Dispose();
        throw new PayloadTooLargeException(model.MaxBodyBytes);
    }

    public ValueTask WriteAsync(InferRequest request, InferResponse response)
    {
        Response = LargeOutputs.Detach(response, reservation);
        ResponseMessage = InferResponseMessage.Write(Response, response.Id ?? record.RequestId, raw: alwaysRaw || !InferResponseMessage.IsTyped(message));
        return ValueTask.CompletedTask;
    }
}
