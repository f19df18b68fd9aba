using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.Tokens;

/// <summary>A text and its tokens, which together are all of it.</summary>
public sealed class TokenizedText
{
    private readonly Token[] _tokens;
    private readonly bool _hasAstral;

    internal TokenizedText(string text, Token[] tokens)
    {
        Text = text;
        _tokens = tokens;
        _hasAstral = text.AsSpan().ContainsAnyInRange('\uD800', '\uDBFF');
    }

    public string Text { get; }

    public ReadOnlySpan<Token> Tokens => _tokens;

    public int Count => _tokens.Length;

    public ReadOnlySpan<char> TextOf(Token token) => Text.AsSpan(token.Start, token.Length);

    /// <summary>The text of tokens that follow each other.</summary>
    /// <param name="start">The first.</param>
    /// <param name="end">The one behind the last.</param>
    public ReadOnlySpan<char> TextOf(int start, int end)
        => start == end ? default : Text.AsSpan(_tokens[start].Start, _tokens[end - 1].Start + _tokens[end - 1].Length - _tokens[start].Start);

    /// <summary>A token's length in code points.</summary>
    public int CodePointsOf(Token token) => _hasAstral ? CodePoints.CountOf(TextOf(token)) : token.Length;
}
