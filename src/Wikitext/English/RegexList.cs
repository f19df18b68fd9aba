using System.Text.RegularExpressions;
using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.English;

/// <summary>Expressions of words, any of which a text may hold; cases ignored.</summary>
/// <remarks>
/// revscoring's <c>RegexMatches</c>: one expression of all, in their order, between word boundaries, as Python's <c>re.IGNORECASE</c> has it. The text is first written in the few
/// characters the expressions tell apart, so that .NET's own classes of characters do not matter; positions stay.
/// </remarks>
public sealed class RegexList
{
    // What Python counts among words and no expression names, and all the rest.
    private const char OtherWord = '\u4E00';
    private const char Other = '\u00A7';

    // A regular expression without backtracking takes time linear in the text.
    private readonly Lazy<Regex> _expression;

    internal RegexList(string resource) => _expression = new(() => Read(resource));

    /// <summary>What matches, left to right, as the text has it.</summary>
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

    // Both halves of an astral character become what the character is: nothing lies between them.
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
