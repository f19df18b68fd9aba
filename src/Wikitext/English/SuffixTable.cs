namespace InferenceServices.Wikitext.English;

/// <summary>Finds the longest suffix of a word among the suffixes of a step, indexed by last letter.</summary>
internal sealed class SuffixTable
{
    private readonly string[]?[] _byLastLetter = new string[]?['z' - 'a' + 1];

    /// <param name="suffixes">Suffixes of letters a to z.</param>
    public SuffixTable(params string[] suffixes)
    {
        foreach (var group in suffixes.OrderByDescending(suffix => suffix.Length).GroupBy(suffix => suffix[^1])) _byLastLetter[group.Key - 'a'] = [.. group];
    }

    /// <summary>Returns the suffix, or null.</summary>
    public string? Longest(ReadOnlySpan<char> word)
    {
        if (word.IsEmpty || word[^1] is < 'a' or > 'z' || _byLastLetter[word[^1] - 'a'] is not { } suffixes) return null;
        foreach (var suffix in suffixes)
            if (word.EndsWith(suffix)) return suffix;
        return null;
    }
}
