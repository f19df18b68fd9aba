namespace InferenceServices.Wikitext.Characters;

/// <summary>Texts as Python sees them: by code points. Half of a surrogate pair alone is one of its own.</summary>
public static class CodePoints
{
    /// <summary>The one at a position.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="position">Of a first or only code unit.</param>
    /// <param name="width">1 or 2 code units.</param>
    public static int At(ReadOnlySpan<char> text, int position, out int width)
    {
        var first = text[position];
        if (char.IsHighSurrogate(first) && position + 1 < text.Length && char.IsLowSurrogate(text[position + 1]))
        {
            width = 2;
            return char.ConvertToUtf32(first, text[position + 1]);
        }
        width = 1;
        return first;
    }

    /// <summary>How many there are.</summary>
    public static int CountOf(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyInRange('\uD800', '\uDBFF')) return text.Length;
        var count = 0;
        for (var i = 0; i < text.Length; count++)
        {
            At(text, i, out var width);
            i += width;
        }
        return count;
    }

    /// <summary>The longest run of one code point; 0 in an empty text.</summary>
    public static int LongestRun(ReadOnlySpan<char> text)
    {
        var (longest, run, last) = (0, 0, -1);
        for (var i = 0; i < text.Length;)
        {
            var codePoint = At(text, i, out var width);
            run = codePoint == last ? run + 1 : 1;
            longest = Math.Max(longest, run);
            last = codePoint;
            i += width;
        }
        return longest;
    }
}
