using InferenceServices.Wikitext.Languages;
using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>Matches and word counts of a revision in one language, computed on first use.</summary>
/// <param name="language">The language.</param>
/// <param name="sources">Sources of the revision.</param>
internal sealed class LanguageSources(Language language, RevisionSources sources)
{
    private readonly Dictionary<RegexList, (IReadOnlyList<string> Parent, IReadOnlyList<string> Revision)> _matches = [];
    private readonly Dictionary<RegexList, CountDelta> _deltas = [];
    private CountDelta? _inDictionary;
    private CountDelta? _notInDictionary;
    private int? _wordsInDictionary;

    public CountDelta InDictionary => _inDictionary ??= sources.DistinctWords.Delta(word => sources.Assets.DictionaryOf(language).Contains(word));

    public CountDelta NotInDictionary => _notInDictionary ??= sources.DistinctWords.Delta(word => !sources.Assets.DictionaryOf(language).Contains(word));

    /// <summary>Words of the revision that are in a dictionary.</summary>
    public int WordsInDictionary => _wordsInDictionary ??= sources.DistinctWords.Count(word => sources.Assets.DictionaryOf(language).Contains(word));

    /// <summary>Words of the revision that are in no dictionary.</summary>
    public int WordsNotInDictionary => sources.Revision.TokenCounts.Of(TokenType.Word) - WordsInDictionary;

    /// <summary>Returns the matches of a list in the revision.</summary>
    public IReadOnlyList<string> MatchesOf(RegexList list) => list.Matches(sources.Revision.Text);

    /// <summary>Returns the change of the matches of a list.</summary>
    public CountDelta DeltaOf(RegexList list)
    {
        if (!_deltas.TryGetValue(list, out var delta)) _deltas[list] = delta = MatchDelta.Between(list.Matches(sources.Parent.Text), list.Matches(sources.Revision.Text));
        return delta;
    }
}
