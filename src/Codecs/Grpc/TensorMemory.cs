using System.Buffers;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace InferenceServices.Codecs.Grpc;

/// <summary>Memory of a tensor over the bytes of a message, not copied. The tensors of a request are read-only.</summary>
internal sealed class TensorMemory(ByteString bytes) : IMemoryOwner<byte>
{
    public Memory<byte> Memory { get; } = MemoryMarshal.AsMemory(bytes.Memory);

    /// <summary>Has no effect: the message owns the bytes.</summary>
    public void Dispose()
    {
    }
}
