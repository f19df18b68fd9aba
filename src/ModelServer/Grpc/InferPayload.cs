using System.Buffers;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>The bytes of a <c>ModelInferRequest</c>, valid until <see cref="GrpcMessageReader.ReadRequest"/>: the gRPC library has no account of the memory.</summary>
/// <param name="bytes">The serialized message.</param>
internal sealed class InferPayload(ReadOnlySequence<byte> bytes)
{
    /// <summary>Gets the serialized message.</summary>
    public ReadOnlySequence<byte> Bytes => bytes;
}
