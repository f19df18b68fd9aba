using System.Buffers;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace InferenceServices.Codecs.Grpc;

/// <summary>A message's bytes as a tensor's memory, not copied. The tensors of a request are read-only.</summary>
internal sealed class TensorMemory(ByteString bytes) : IMemoryOwner<byte>
{
    public Memory<byte> Memory { get; } = MemoryMarshal.AsMemory(bytes.Memory);

    /// <summary>Nothing to give back: the bytes are the message's.</summary>
    public void Dispose()
    {
    }
}
