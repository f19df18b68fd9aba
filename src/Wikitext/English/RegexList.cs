using System.Text.RegularExpressions;
using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.English;

/// <summary>List of word expressions; case-insensitive.</summary>
/// <remarks>
/// Same result as revscoring's <c>RegexMatches</c>: one alternation in list order between word boundaries, with Python's <c>re.IGNORECASE</c>. The text is first mapped to the few
/// characters that the expressions distinguish, so that .NET's character classes do not matter; positions do not change.
/// </remarks>
public sealed class RegexList
{
    // Stand-ins for Python word characters that no expression names, and for all other characters.
    private const char OtherWord = '\u4E00';
    private const char Other = '\u00A7';

    // Without backtracking, time is linear in the length of the text.
    private readonly Lazy<Regex> _expression;

    internal RegexList(string resource) => _expression = new(() => Read(resource));

    /// <summary>Returns all matches, left to right, as written in the text.</summary>
    public IReadOnlyList<string> Matches(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var matches = new List<string>();
        foreach (var match in _expression.Value.EnumerateMatches(Reduce(text))) matches.Add(text.Substring(match.Index, match.Length));
        return matches;
    }

    private static Regex Read(string resource)
    {
        using var reader = new StreamReader(typeof(RegexList).Assembly.GetManifestResourceStream(resource)!);
        var alternatives = string.Join('|', reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return new Regex($@"\b(?:{alternatives})\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    // Both surrogates of an astral character map to the class of the character, so that no word boundary is between them.
    private static string Reduce(string text) => string.Create(text.Length, text, static (reduced, original) =>
    {
        for (var i = 0; i < reduced.Length;)
        {
            var codePoint = CodePoints.At(original, i, out var width);
            reduced.Slice(i, width).Fill(Reduce(codePoint));
            i += width;
        }
    });

    private static char Reduce(int codePoint) => codePoint switch
    {
        >= 'A' and <= 'Z' => (char)(codePoint | 0x20),
        < 0x80 => (char)codePoint,
        '\u0130' or '\u0131' => 'i',
        '\u017F' => 's',
        '\u212A' => 'k',
        '\u00C6' or '\u00E6' => '\u00E6',
        _ => PythonCharacters.IsWord(codePoint) ? OtherWord : Other,
    };
}
