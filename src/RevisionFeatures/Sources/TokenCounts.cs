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

    private static readonly TokenType[] PunctuationTypes =
        [TokenType.Period, TokenType.QuestionMark, TokenType.ExclamationPoint, TokenType.Comma, TokenType.Colon, TokenType.Semicolon, TokenType.JapanPunctuation];

    private readonly int[] _chars = new int[Enum.GetValues<TokenType>().Length];
    private readonly int[] _counts = new int[Enum.GetValues<TokenType>().Length];

    public TokenCounts(TokenizedText text)
    {
        foreach (var token in text.Tokens)
        {
            var chars = text.CodePointsOf(token);
            _counts[(int)token.Type]++;
            _chars[(int)token.Type] += chars;
            LongestToken = Math.Max(LongestToken, chars);
            if (token.Type != TokenType.Word) continue;
            LongestWord = Math.Max(LongestWord, chars);
            if (!UppercaseWord.Is(text.TextOf(token))) continue;
            UppercaseWords++;
            UppercaseWordChars += chars;
        }
    }

    /// <summary>Length in characters; 0 for an empty text.</summary>
    public int LongestToken { get; }

    /// <summary>Length in characters; 0 without words.</summary>
    public int LongestWord { get; }

    public int UppercaseWords { get; }

    public int UppercaseWordChars { get; }

    public int Markups => Sum(_counts, MarkupTypes);

    public int MarkupChars => Sum(_chars, MarkupTypes);

    public int Punctuations => Sum(_counts, PunctuationTypes);

    public int PunctuationChars => Sum(_chars, PunctuationTypes);

    public static bool IsMarkup(TokenType type) => MarkupTypes.Contains(type);

    public int Of(TokenType type) => _counts[(int)type];

    /// <summary>Returns the number of characters in tokens of a type.</summary>
    public int CharsOf(TokenType type) => _chars[(int)type];

    private static int Sum(int[] values, TokenType[] types)
    {
        var sum = 0;
        foreach (var type in types) sum += values[(int)type];
        return sum;
    }
}
