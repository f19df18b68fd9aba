namespace InferenceServices.RevisionFeatures.Families;

/// <summary>Matches text like Python's case-insensitive patterns of ASCII letters.</summary>
internal static class PatternText
{
    /// <summary>Returns whether a text starts with a lower-case ASCII prefix; case-insensitive.</summary>
    public static bool StartsWith(ReadOnlySpan<char> text, string start)
    {
        if (text.Length < start.Length) return false;
        for (var i = 0; i < start.Length; i++)
        {
            if (Fold(text[i]) != start[i]) return false;
        }
        return true;
    }

    /// <summary>Returns whether a text starts with one of several prefixes.</summary>
    public static bool StartsWithAny(ReadOnlySpan<char> text, string[] starts)
    {
        foreach (var start in starts)
        {
            if (StartsWith(text, start)) return true;
        }
        return false;
    }

    /// <summary>Folds a text for comparison with lower-case patterns; positions do not change.</summary>
    public static string Fold(ReadOnlySpan<char> text)
        => string.Create(text.Length, text, static (folded, original) =>
        {
            for (var i = 0; i < folded.Length; i++) folded[i] = Fold(original[i]);
        });

    // Four more letters have an ASCII case variant: dotted I, dotless i, long s and the Kelvin sign.
    private static char Fold(char character) => character switch
    {
        >= 'A' and <= 'Z' => (char)(character | 0x20),
        '\u0130' or '\u0131' => 'i',
        '\u017F' => 's',
        '\u212A' => 'k',
        _ => character,
    };
}
