using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>Token counts of a text by type.</summary>
internal sealed class TokenCounts
{
    // Without italic: revscoring looks for "italics", a type that does not exist.
    private static readonly TokenType[] MarkupTypes =
    [
        TokenType.DoubleBracketOpen, TokenType.DoubleBracketClose, TokenType.BracketOpen, TokenType.BracketClose, TokenType.TableOpen, TokenType.TableClose,
        TokenType.DoubleCurlyOpen, TokenType.DoubleCurlyClose, TokenType.CurlyOpen, TokenType.CurlyClose, TokenType.Bold, TokenType.Equals,
    ];

    private readonly int[] _counts = new int[Enum.GetValues<TokenType>().Length];

    public TokenCounts(TokenizedText text)
    {
        foreach (var token in text.Tokens)
        {
            _counts[(int)token.Type]++;
            LongestToken = Math.Max(LongestToken, text.CodePointsOf(token));
            if (token.Type == TokenType.Word && UppercaseWord.Is(text.TextOf(token))) UppercaseWords++;
        }
        foreach (var type in MarkupTypes) Markups += _counts[(int)type];
    }

    /// <summary>Length in characters; 0 for an empty text.</summary>
    public int LongestToken { get; }

    public int UppercaseWords { get; }

    public int Markups { get; }

    public static bool IsMarkup(TokenType type) => MarkupTypes.Contains(type);

    public int Of(TokenType type) => _counts[(int)type];
}
