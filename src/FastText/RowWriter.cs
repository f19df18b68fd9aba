using System.Buffers;
using System.Runtime.CompilerServices;

namespace InferenceServices.FastText;

/// <summary>Appends single rows to a buffer writer without an interface call for each.</summary>
internal ref struct RowWriter(IBufferWriter<long> destination)
{
    private const int Chunk = 256;

    private Span<long> _span;
    private int _written;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(long row)
    {
        if (_written == _span.Length)
            Grow();
        _span[_written++] = row;
    }

    public void Flush()
    {
        destination.Advance(_written);
        _span = default;
        _written = 0;
    }

    private void Grow()
    {
        Flush();
        _span = destination.GetSpan(Chunk);
    }
}
