using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Extensions.Caching.Hybrid;

namespace InferenceServices.ResponseCache;

/// <summary>Serializes a response as eight bytes of Unix milliseconds, followed by its JSON.</summary>
internal sealed class StoredResponseSerializer : IHybridCacheSerializer<StoredResponse>
{
    public StoredResponse Deserialize(ReadOnlySequence<byte> source)
    {
        Span<byte> time = stackalloc byte[sizeof(long)];
        source.Slice(0, sizeof(long)).CopyTo(time);
        return new StoredResponse(source.Slice(sizeof(long)).ToArray(), DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(time)));
    }

    public void Serialize(StoredResponse value, IBufferWriter<byte> target)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target.GetSpan(sizeof(long)), value.CreatedAt.ToUnixTimeMilliseconds());
        target.Advance(sizeof(long));
        target.Write(value.Json);
    }
}
