using System.Buffers;

namespace InferenceServices.Codecs.Tests.Grpc;

/// <summary>Splits bytes into segments, as they arrive from the network.</summary>
internal static class Segments
{
    /// <summary>Splits bytes into segments of one length.</summary>
    public static ReadOnlySequence<byte> Split(ReadOnlyMemory<byte> bytes, int length)
    {
        if (bytes.Length <= length) return new ReadOnlySequence<byte>(bytes);
        var first = new Segment(bytes[..length], 0);
        var last = first;
        for (var start = length; start < bytes.Length; start += length) last = last.Append(bytes.Slice(start, Math.Min(length, bytes.Length - start)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
