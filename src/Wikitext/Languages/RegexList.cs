using System.Text.RegularExpressions;

namespace InferenceServices.Wikitext.Languages;

/// <summary>List of word expressions; case-insensitive.</summary>
/// <remarks>
/// Same result as revscoring's <c>RegexMatches</c>: one alternation in list order between boundaries, with Python's <c>re.IGNORECASE</c>. Without
/// backtracking, time is linear in the length of the text.
/// </remarks>
public sealed class RegexList
{
    private const string WordBoundary = @"\b";
    private const string Word = "word";

    private readonly Lazy<(WordAlphabet Alphabet, Regex Expression, Regex? Exclusions)> _compiled;
    private readonly Func<IEnumerable<string>> _read;
    private readonly (string Before, string After) _boundaries;
    private readonly Lazy<IReadOnlyDictionary<char, char>>? _replacements;

    /// <param name="read">Reads the expressions, on first use.</param>
    /// <param name="boundaries">Expressions before and after a word, which may consume characters; null: word boundaries.</param>
    /// <param name="exclusions">Expressions of matches that do not count; null: none.</param>
    /// <param name="replacements">Characters that are replaced in the expressions and in the text; null: none.</param>
    internal RegexList(
        Func<IEnumerable<string>> read, (string Before, string After)? boundaries = null, IReadOnlyList<string>? exclusions = null, Lazy<IReadOnlyDictionary<char, char>>? replacements = null)
    {
        _read = read;
        _replacements = replacements;
        _boundaries = boundaries ?? (WordBoundary, WordBoundary);
        _compiled = new(() => Compile(read(), exclusions));
    }

    /// <summary>Returns all matches, left to right, as written in the text after replacements.</summary>
    public IReadOnlyList<string> Matches(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (alphabet, expression, exclusions) = _compiled.Value;
        text = Replace(text);
        var reduced = alphabet.Reduce(text);
        var matches = new List<string>();
        if (_boundaries.Before is WordBoundary or "")
        {
            // A match consists of the word alone.
            foreach (var match in expression.EnumerateMatches(reduced)) Add(match.Index, match.Length);
        }
        else
        {
            for (var match = expression.Match(reduced); match.Success; match = match.NextMatch()) Add(match.Groups[Word].Index, match.Groups[Word].Length);
        }
        return matches;

        void Add(int index, int length)
        {
            if (exclusions is null || !exclusions.IsMatch(reduced.AsSpan(index, length))) matches.Add(text.Substring(index, length));
        }
    }

    /// <summary>Returns the list without some matches.</summary>
    /// <param name="exclusions">Expressions; a match that starts with one is not counted.</param>
    public RegexList Excluding(params string[] exclusions) => new(_read, _boundaries, exclusions, _replacements);

    private string Replace(string text) => _replacements is null ? text : string.Create(text.Length, (text, _replacements.Value), static (replaced, state) =>
    {
        for (var i = 0; i < replaced.Length; i++) replaced[i] = state.Value.GetValueOrDefault(state.text[i], state.text[i]);
    });

    private (WordAlphabet Alphabet, Regex Expression, Regex? Exclusions) Compile(IEnumerable<string> expressions, IReadOnlyList<string>? exclusions)
    {
        PythonPattern[] words = [.. expressions.Select(expression => new PythonPattern(Replace(expression)))];
        PythonPattern[] excluded = [.. (exclusions ?? []).Select(static expression => new PythonPattern(expression))];
        var (before, after) = (new PythonPattern(_boundaries.Before), new PythonPattern(_boundaries.After));
        var alphabet = new WordAlphabet(words.Concat(excluded).Append(before).Append(after).SelectMany(static pattern => pattern.Named));
        return (alphabet, Join(words, ""), excluded.Length == 0 ? null : Join(excluded, @"\A"));

        Regex Join(PythonPattern[] patterns, string start)
            => new($"{start}(?:{before.Write(alphabet)})(?<{Word}>{string.Join('|', patterns.Select(pattern => pattern.Write(alphabet)))})(?:{after.Write(alphabet)})", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);
    }
}
