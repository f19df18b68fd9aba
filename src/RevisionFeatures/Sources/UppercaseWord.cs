using InferenceServices.Wikitext.Characters;

namespace InferenceServices.RevisionFeatures.Sources;

internal static class UppercaseWord
{
    /// <summary>Returns whether a word has more than one character and all are upper case.</summary>
    public static bool Is(ReadOnlySpan<char> word)
    {
        var count = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            if (!PythonCase.HasLower(rune.Value)) return false;
            count++;
        }
        return count > 1;
    }
}
