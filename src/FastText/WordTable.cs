using System.Numerics;

namespace InferenceServices.FastText;

/// <summary>Finds the row of a word by its bytes: open addressing with the hash of fastText, without a string per word.</summary>
internal sealed class WordTable
{
    private readonly LineFile _words;
    private readonly int[] _slots;   // row + 1; 0 is free
    private readonly int _mask;

    public WordTable(LineFile words)
    {
        _words = words;
        // At most half full, so that a miss ends after one or two probes.
        _slots = new int[(int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)words.Count * 2u | 2u), 1u << 30)];
        _mask = _slots.Length - 1;
        for (var row = 0; row < words.Count; row++)
            _slots[SlotOf(words[row], FastTextHash.Of(words[row]))] = row + 1;   // duplicate word: the last row wins, as in fastText
    }

    public int Count => _words.Count;

    /// <summary>Returns the row of a word, or -1.</summary>
    public int Find(ReadOnlySpan<byte> word, uint hash) => _slots[SlotOf(word, hash)] - 1;

    private int SlotOf(ReadOnlySpan<byte> word, uint hash)
    {
        var slot = (int)hash & _mask;
        while (_slots[slot] != 0 && !_words[_slots[slot] - 1].SequenceEqual(word))
            slot = (slot + 1) & _mask;
        return slot;
    }
}
