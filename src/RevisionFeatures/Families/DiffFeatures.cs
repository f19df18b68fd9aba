using InferenceServices.RevisionFeatures.Sources;
using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.RevisionFeatures.Families;

/// <summary>Features of the diff.</summary>
internal static class DiffFeatures
{
    public static readonly Feature LongestRepeatedCharAdded = new(
        "wikitext.revision.diff.longest_repeated_char_added", FeatureType.Int, sources => sources.Diff.LongestRepeatedCharAdded);

    public static readonly Feature WordsAdded = new("wikitext.revision.diff.words_added", FeatureType.Float, sources => sources.Diff.WordsAdded);

    public static readonly Feature WordsRemoved = new("wikitext.revision.diff.words_removed", FeatureType.Float, sources => sources.Diff.WordsRemoved);

    public static readonly DeltaFeatures Markup = Tokens("markup", static (in token) => TokenCounts.IsMarkup(token.Type));

    public static readonly DeltaFeatures Number = Tokens("number", static (in token) => token.Type == TokenType.Number);

    public static readonly DeltaFeatures UppercaseWord = Tokens(
        "uppercase_word", static (in token) => token.Type == TokenType.Word && Sources.UppercaseWord.Is(token.Text));

    /// <summary>Length of the longest token if it grew, else 1.</summary>
    public static readonly Feature LongestNewToken = Longest(
        "revision.diff.longest_new_token", text => text.TokenCounts.LongestToken);

    /// <summary>Length of the longest run of one character if it grew, else 1.</summary>
    public static readonly Feature LongestNewRepeatedChar = Longest(
        "revision.diff.longest_new_repeated_char", text => text.LongestRepeatedChar);

    private delegate bool IsOne(in DistinctToken token);

    private static DeltaFeatures Tokens(string name, IsOne isOne)
        => new($"wikitext.revision.diff.{name}", FeatureType.Float, sources => DeltaOf(sources.DistinctTokens, isOne));

    private static CountDelta DeltaOf(DistinctTokens tokens, IsOne isOne)
    {
        var delta = new CountDelta();
        foreach (ref readonly var token in tokens.All)
        {
            if (token.Old != token.Now && isOne(token)) delta = delta.With(token.Old, token.Now);
        }
        return delta;
    }

    private static Feature Longest(string name, Func<TextSources, int> longest)
        => new(name, FeatureType.Int, sources =>
        {
            var now = longest(sources.Revision);
            return now > longest(sources.Parent) ? now : 1;
        });
}
