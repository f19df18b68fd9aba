using System.Buffers;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs;

/// <summary>Collects bytes in contiguous memory: in an array that the thread reuses, or, for a large body, in native memory that an account counts.</summary>
internal sealed class PooledBufferWriter : IBufferWriter<byte>, IDisposable
{
    /// <summary>Length in bytes beyond which a body is large.</summary>
    public const int SmallBytes = 1 << 16;

    private const int InitialBytes = 1024;

    private byte[] _small = new byte[InitialBytes];
    private AlignedMemory? _large;
    private Memory<byte> _memory;
    private IBufferAccount? _account;
    private int _written;

    public ReadOnlySpan<byte> Written => _memory.Span[.._written];

    public ReadOnlyMemory<byte> WrittenMemory => _memory[.._written];

    /// <summary>Whether the body is in memory of its own, which the thread does not reuse.</summary>
    public bool IsLarge => _large is not null;

    /// <summary>Starts a body.</summary>
    /// <param name="account">Counts the memory of a large body; null for none.</param>
    public void Begin(IBufferAccount? account = null)
    {
        Dispose();
        _written = 0;
        _memory = _small;
        _account = account;
    }

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var needed = checked(_written + Math.Max(sizeHint, 1));
        if (needed > _memory.Length) Grow(needed);
        return _memory[_written..];
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Releases the memory of a large body.</summary>
    public void Dispose()
    {
        if (_large is not { } large) return;
        (_large, _memory) = (null, default);
        _account?.Release(large.Capacity);
        ((IDisposable)large).Dispose();
    }

    private void Grow(int needed)
    {
        var length = Math.Max(needed, (int)Math.Min(2L * _memory.Length, Array.MaxLength));
        if (length <= SmallBytes)
        {
            Array.Resize(ref _small, length);
            _memory = _small;
            return;
        }
        // Counted before it is allocated.
        _account?.Reserve(length);
        var larger = AlignedMemory.Rent(length);
        Written.CopyTo(larger.GetSpan());
        var written = _written;
        Dispose();
        (_large, _memory, _written) = (larger, larger.Memory, written);
    }
}
