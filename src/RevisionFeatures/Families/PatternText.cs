namespace InferenceServices.RevisionFeatures.Families;

/// <summary>Texts as Python's case-insensitive patterns of ASCII letters see them.</summary>
internal static class PatternText
{
    /// <summary>Whether a text begins with lower-case ASCII characters, its own case apart.</summary>
    public static bool StartsWith(ReadOnlySpan<char> text, string start)
    {
        if (text.Length < start.Length) return false;
        for (var i = 0; i < start.Length; i++)
        {
            if (Fold(text[i]) != start[i]) return false;
        }
        return true;
    }

    /// <summary>Whether a text begins with one of several.</summary>
    public static bool StartsWithAny(ReadOnlySpan<char> text, string[] starts)
    {
        foreach (var start in starts)
        {
            if (StartsWith(text, start)) return true;
        }
        return false;
    }

    /// <summary>A text as patterns of lower-case letters compare it, position by position.</summary>
    public static string Fold(ReadOnlySpan<char> text)
        => string.Create(text.Length, text, static (folded, original) =>
        {
            for (var i = 0; i < folded.Length; i++) folded[i] = Fold(original[i]);
        });

    // Unicode knows four more letters whose other case is ASCII: dotted I, dotless i, long s and the Kelvin sign.
    private static char Fold(char character) => character switch
    {
        >= 'A' and <= 'Z' => (char)(character | 0x20),
        '\u0130' or '\u0131' => 'i',
        '\u017F' => 's',
        '\u212A' => 'k',
        _ => character,
    };
}
