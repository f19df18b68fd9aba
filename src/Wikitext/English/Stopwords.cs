using System.Collections.Frozen;
using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.English;

/// <summary>The commonest English words.</summary>
/// <remarks>NLTK's list as it was from 2019 to 2024, which revscoring takes.</remarks>
public static class Stopwords
{
    private static readonly FrozenSet<string> Words = Read();

    /// <summary>Whether it is one, cases ignored.</summary>
    public static bool IsStopword(string word) => Words.Contains(PythonCase.Lower(word));

    private static FrozenSet<string> Read()
    {
        using var reader = new StreamReader(typeof(Stopwords).Assembly.GetManifestResourceStream("english_stopwords.txt")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
    }
}
