using Grpc.Core;
using InferenceServices.Codecs.Grpc;
using InferenceServices.Codecs.Grpc.Messages;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>
/// Defines <c>GRPCInferenceService</c>: inference with messages that are read into, and written from, the memory of tensors; the other methods with
/// generated messages.
/// </summary>
internal sealed class InferenceBinder : ServiceBinderBase
{
    private static readonly Marshaller<InferPayload> Requests = Marshallers.Create<InferPayload>(
        static (_, _) => throw new NotSupportedException(), static context => new InferPayload(context.PayloadAsReadOnlySequence()));

    private static readonly Marshaller<InferResponseMessage> Responses = Marshallers.Create<InferResponseMessage>(Write, static _ => throw new NotSupportedException());

    private static readonly Marshaller<StreamResponseMessage> StreamResponses =
        Marshallers.Create<StreamResponseMessage>(Write, static _ => throw new NotSupportedException());

    private readonly ServerServiceDefinition.Builder _service = ServerServiceDefinition.CreateBuilder();
    private readonly InferCalls _infer;

    private InferenceBinder(InferCalls infer) => _infer = infer;

    /// <summary>Defines the service.</summary>
    public static ServerServiceDefinition Bind(InferenceEndpoints endpoints, InferCalls infer)
    {
        var binder = new InferenceBinder(infer);
        GRPCInferenceService.BindService(binder, endpoints);
        return binder._service.Build();
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        if (method.Name == nameof(GRPCInferenceService.GRPCInferenceServiceBase.ModelInfer))
            _service.AddMethod(new Method<InferPayload, InferResponseMessage>(method.Type, method.ServiceName, method.Name, Requests, Responses), _infer.InferAsync);
        else _service.AddMethod(method, handler!);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        => _service.AddMethod(
            new Method<InferPayload, StreamResponseMessage>(method.Type, method.ServiceName, method.Name, Requests, StreamResponses), _infer.StreamAsync);

    // Until here the response owns the memory of the runtime, which a client that reads slowly must not hold.
    private static void Write<T>(T message, SerializationContext context)
        where T : IWireMessage
    {
        using (message)
        {
            context.SetPayloadLength((int)message.Size);
            var writer = new WireWriter(context.GetBufferWriter());
            message.WriteTo(ref writer);
            writer.Flush();
        }
        context.Complete();
    }
}
