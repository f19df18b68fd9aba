using System.Collections.Concurrent;

namespace InferenceServices.Wikitext.Dictionaries;

/// <summary>Cache of dictionary look-ups; cleared when full. Thread-safe.</summary>
internal sealed class WordCache
{
    /// <summary>A long article has about 10,000 distinct words.</summary>
    private const int MaxWords = 1 << 16;

    /// <summary>Longer words are not cached; the cache uses at most 15 MB.</summary>
    private const int MaxWordLength = 64;

    private ConcurrentDictionary<string, bool> _results = new();
    private int _count;

    /// <summary>Returns the cached result of a word, or null.</summary>
    public bool? Find(ReadOnlySpan<char> word)
        => _results.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var accepted) ? accepted : null;

    public void Add(ReadOnlySpan<char> word, bool accepted)
    {
        if (word.Length > MaxWordLength) return;
        if (Interlocked.Increment(ref _count) > MaxWords)
        {
            _results = new();
            Volatile.Write(ref _count, 1);
        }
        _results[word.ToString()] = accepted;
    }
}
