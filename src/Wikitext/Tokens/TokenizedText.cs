using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.Tokens;

/// <summary>A text and its tokens; the tokens cover the text.</summary>
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

    /// <summary>Returns the text of consecutive tokens.</summary>
    /// <param name="start">First token.</param>
    /// <param name="end">Token after the last.</param>
    public ReadOnlySpan<char> TextOf(int start, int end)
        => start == end ? default : Text.AsSpan(_tokens[start].Start, _tokens[end - 1].Start + _tokens[end - 1].Length - _tokens[start].Start);

    /// <summary>Returns the length of a token in code points.</summary>
    public int CodePointsOf(Token token) => _hasAstral ? CodePoints.CountOf(TextOf(token)) : token.Length;
}
