using System.Runtime.InteropServices;
using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>Distinct tokens of a revision and its parent with counts: tokens of the revision in order, then tokens of the parent only.</summary>
/// <remarks>Most tokens are frequent, so properties of a token text are computed once.</remarks>
internal sealed class DistinctTokens
{
    private readonly List<DistinctToken> _tokens = [];

    public DistinctTokens(TokenizedText revision, TokenizedText parent)
    {
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var token in revision.Tokens) CountIn(token, revision.TextOf(token), indexes).Now++;
        foreach (var token in parent.Tokens) CountIn(token, parent.TextOf(token), indexes).Old++;
    }

    public ReadOnlySpan<DistinctToken> All => CollectionsMarshal.AsSpan(_tokens);

    private ref DistinctToken CountIn(
        Token token, ReadOnlySpan<char> text, Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> indexes)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(indexes, text, out var known);
        if (!known)
        {
            index = _tokens.Count;
            _tokens.Add(new DistinctToken(text.ToString(), token.Type));
        }
        return ref CollectionsMarshal.AsSpan(_tokens)[index];
    }
}
