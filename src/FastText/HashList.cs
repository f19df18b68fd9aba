using System.Buffers;

namespace InferenceServices.FastText;

/// <summary>Word hashes of a line, for word n-grams: on the stack of the caller, in a rented array for long lines.</summary>
internal ref struct HashList(Span<uint> initial)
{
    private Span<uint> _hashes = initial;
    private uint[]? _rented;
    private int _count;

    public readonly ReadOnlySpan<uint> Items => _hashes[.._count];

    public void Add(uint hash)
    {
        if (_count == _hashes.Length)
            Grow();
        _hashes[_count++] = hash;
    }

    public void Return()
    {
        if (_rented is not null)
            ArrayPool<uint>.Shared.Return(_rented);
        _rented = null;
    }

    private void Grow()
    {
        var larger = ArrayPool<uint>.Shared.Rent(Math.Max(64, _hashes.Length * 2));
        _hashes.CopyTo(larger);
        Return();
        _hashes = _rented = larger;
    }
}
