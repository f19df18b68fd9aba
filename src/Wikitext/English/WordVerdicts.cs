using System.Collections.Concurrent;

namespace InferenceServices.Wikitext.English;

/// <summary>What was found out about words, for those met since the last time there were too many. Threads share it.</summary>
internal sealed class WordVerdicts
{
    /// <summary>A long article has some 10,000 different words.</summary>
    private const int MostKept = 1 << 16;

    /// <summary>Longer words are not kept, so that all take 15 MB at most.</summary>
    private const int LongestKept = 64;

    private ConcurrentDictionary<string, bool> _verdicts = new();
    private int _kept;

    /// <summary>The verdict on the word, if it is kept.</summary>
    public bool? Find(ReadOnlySpan<char> word)
        => _verdicts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var accepted) ? accepted : null;

    public void Keep(ReadOnlySpan<char> word, bool accepted)
    {
        if (word.Length > LongestKept) return;
        if (Interlocked.Increment(ref _kept) > MostKept)
        {
            _verdicts = new();
            Volatile.Write(ref _kept, 1);
        }
        _verdicts[word.ToString()] = accepted;
    }
}
