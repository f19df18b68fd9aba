using System.Buffers;

namespace InferenceServices.Codecs;

/// <summary>Collects bytes in contiguous pooled memory, which is returned when the next body starts.</summary>
internal sealed class PooledBufferWriter : IBufferWriter<byte>
{
    private const int InitialBytes = 1024;

    // The memory of a large response must not remain with the thread that wrote it.
    private const int KeptBytes = 1 << 16;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private int _written;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _written);

    public void Begin()
    {
        _written = 0;
        if (_buffer.Length > KeptBytes) Replace(InitialBytes);
    }

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var needed = _written + Math.Max(sizeHint, 1);
        if (needed > _buffer.Length) Replace(Math.Max(needed, (int)Math.Min(2L * _buffer.Length, Array.MaxLength)));
        return _buffer.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void Replace(int length)
    {
        var other = ArrayPool<byte>.Shared.Rent(length);
        _buffer.AsSpan(0, _written).CopyTo(other);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = other;
    }
}
