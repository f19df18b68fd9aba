namespace InferenceServices.Wikitext.Characters;

/// <summary>Code points of texts, as in Python. An unpaired surrogate is one code point.</summary>
public static class CodePoints
{
    /// <summary>Returns the code point at a position.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="position">Position of the first code unit of a code point.</param>
    /// <param name="width">Number of code units, 1 or 2.</param>
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

    /// <summary>Returns the number of code points.</summary>
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

    /// <summary>Returns the length of the longest run of one code point; 0 for an empty text.</summary>
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
