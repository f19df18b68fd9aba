using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.RevisionFeatures.Sources;

/// <summary>How many tokens of each type a text has.</summary>
internal sealed class TokenCounts
{
    // Not italic: revscoring asks for "italics", which no token is.
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

    /// <summary>In characters; 0 in an empty text.</summary>
    public int LongestToken { get; }

    public int UppercaseWords { get; }

    public int Markups { get; }

    public static bool IsMarkup(TokenType type) => MarkupTypes.Contains(type);

    public int Of(TokenType type) => _counts[(int)type];
}
