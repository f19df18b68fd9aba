using System.Text;

namespace InferenceServices.Wikitext.Characters;

/// <summary>Lower case of Python.</summary>
/// <remarks>Python 3.11, <c>str.lower()</c>: full mappings of Unicode 14 and the rule of the final sigma.</remarks>
public static class PythonCase
{
    private const char DottedI = '\u0130';
    private const char Sigma = '\u03A3';

    /// <summary>Returns <c>text.lower()</c>.</summary>
    public static string Lower(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Ascii.IsValid(text) ? text.ToLowerInvariant() : LowerAll(text);
    }

    /// <summary>Returns the lower case that revscoring uses to count words: İ becomes i.</summary>
    public static string FrequencyLower(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Lower(text.Replace(DottedI, 'i'));
    }

    /// <summary>Returns whether the lower case of a single code point differs.</summary>
    public static bool HasLower(int codePoint) => codePoint == DottedI || CharacterTable.Is(codePoint, CharacterTable.HasLower);

    private static string LowerAll(string text)
    {
        var lower = new StringBuilder(text.Length + 2);
        Span<char> units = stackalloc char[2];
        for (var i = 0; i < text.Length;)
        {
            var codePoint = CodePoints.At(text, i, out var width);
            if (codePoint == Sigma) lower.Append(IsFinal(text, i) ? '\u03C2' : '\u03C3');
            else if (codePoint == DottedI) lower.Append("i\u0307");
            else if (!HasLower(codePoint)) lower.Append(text, i, width);
            else lower.Append(units[..new Rune(CharacterTable.LowerOf(codePoint)).EncodeToUtf16(units)]);
            i += width;
        }
        return lower.ToString();
    }

    // After a cased letter and not before one, skipping case-ignorable characters.
    private static bool IsFinal(string text, int sigma) => IsCasedBefore(text, sigma) && !IsCasedAfter(text, sigma + 1);

    private static bool IsCasedBefore(string text, int end)
    {
        while (end > 0)
        {
            end -= end > 1 && char.IsLowSurrogate(text[end - 1]) && char.IsHighSurrogate(text[end - 2]) ? 2 : 1;
            var codePoint = CodePoints.At(text, end, out _);
            if (!CharacterTable.Is(codePoint, CharacterTable.Ignorable)) return CharacterTable.Is(codePoint, CharacterTable.Cased);
        }
        return false;
    }

    private static bool IsCasedAfter(string text, int start)
    {
        while (start < text.Length)
        {
            var codePoint = CodePoints.At(text, start, out var width);
            if (!CharacterTable.Is(codePoint, CharacterTable.Ignorable)) return CharacterTable.Is(codePoint, CharacterTable.Cased);
            start += width;
        }
        return false;
    }
}
