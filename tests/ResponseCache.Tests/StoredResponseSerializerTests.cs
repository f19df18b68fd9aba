using System.Buffers;

namespace InferenceServices.ResponseCache.Tests;

public sealed class StoredResponseSerializerTests
{
    [Fact]
    public void A_response_is_stored_to_the_millisecond_and_read_back()
    {
        var createdAt = new DateTimeOffset(2026, 1, 31, 12, 0, 0, 123, TimeSpan.Zero);
        var buffer = new ArrayBufferWriter<byte>();
        var serializer = new StoredResponseSerializer();

        serializer.Serialize(new StoredResponse("[1]"u8.ToArray(), createdAt), buffer);
        var read = serializer.Deserialize(new ReadOnlySequence<byte>(buffer.WrittenMemory));

        Assert.Equal(createdAt, read.CreatedAt);
        Assert.Equal("[1]"u8.ToArray(), read.Json);
    }
}
