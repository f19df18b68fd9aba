using System.Collections.Frozen;
using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.English;

/// <summary>English stopwords.</summary>
/// <remarks>NLTK's list of 2019 to 2024, which revscoring uses.</remarks>
public static class Stopwords
{
    private static readonly FrozenSet<string> Words = Read();

    /// <summary>Returns whether a word is a stopword; case-insensitive.</summary>
    public static bool IsStopword(string word) => Words.Contains(PythonCase.Lower(word));

    private static FrozenSet<string> Read()
    {
        using var reader = new StreamReader(typeof(Stopwords).Assembly.GetManifestResourceStream("english_stopwords.txt")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
    }
}
