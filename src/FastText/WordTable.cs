using System.Numerics;

namespace InferenceServices.FastText;

/// <summary>Finds a word's row by its bytes: open addressing over the hash fastText computes anyway, no string per word.</summary>
internal sealed class WordTable
{
    private readonly LineFile _words;
    private readonly int[] _slots;   // row + 1; 0 is free
    private readonly int _mask;

    public WordTable(LineFile words)
    {
        _words = words;
        // At most half full, so that a miss (the common case for unseen words) ends after one or two probes.
        _slots = new int[(int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)words.Count * 2u | 2u), 1u << 30)];
        _mask = _slots.Length - 1;
        for (var row = 0; row < words.Count; row++)
            _slots[SlotOf(words[row], FastTextHash.Of(words[row]))] = row + 1;   // a repeated word: the last row wins, as in fastText
    }

    public int Count => _words.Count;

    /// <returns>The word's row, or -1.</returns>
    public int Find(ReadOnlySpan<byte> word, uint hash) => _slots[SlotOf(word, hash)] - 1;

    private int SlotOf(ReadOnlySpan<byte> word, uint hash)
    {
        var slot = (int)hash & _mask;
        while (_slots[slot] != 0 && !_words[_slots[slot] - 1].SequenceEqual(word))
            slot = (slot + 1) & _mask;
        return slot;
    }
}
