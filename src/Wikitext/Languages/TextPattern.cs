using System.Text.RegularExpressions;

namespace InferenceServices.Wikitext.Languages;

/// <summary>An expression of names or markup; case-insensitive, with Python's rules. Time is linear in the length of the text.</summary>
/// <param name="expression">Python expression of literals, classes, groups and quantifiers.</param>
public sealed class TextPattern(string expression)
{
    private readonly Lazy<(WordAlphabet Alphabet, Regex Start, Regex Anywhere)> _compiled = new(() => Compile(expression));

    /// <summary>Returns whether a text starts with a match.</summary>
    public bool Starts(ReadOnlySpan<char> text)
    {
        var (alphabet, start, _) = _compiled.Value;
        return start.IsMatch(alphabet.Reduce(text.ToString()));
    }

    /// <summary>Returns the number of matches that do not overlap.</summary>
    public int CountIn(ReadOnlySpan<char> text)
    {
        var (alphabet, _, anywhere) = _compiled.Value;
        return anywhere.Count(alphabet.Reduce(text.ToString()));
    }

    private static (WordAlphabet Alphabet, Regex Start, Regex Anywhere) Compile(string expression)
    {
        var pattern = new PythonPattern(expression);
        var alphabet = new WordAlphabet(pattern.Named);
        var written = pattern.Write(alphabet);
        const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;
        return (alphabet, new Regex($@"\A(?:{written})", Options), new Regex(written, Options));
    }
}
