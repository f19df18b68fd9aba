namespace InferenceServices.Wikitext.Tokens;

/// <summary>Names of token types in <c>wikitext_split</c> of deltas.</summary>
public static class TokenTypes
{
    private static readonly string[] Names =
    [
        "break", "whitespace", "url", "equals", "bar", "entity", "ref_open", "ref_close", "ref_singleton", "tag", "number", "bold", "italic", "japan_punct", "cjk", "word",
        "tab_open", "tab_close", "dbrack_open", "dbrack_close", "brack_open", "brack_close", "paren_open", "paren_close", "dcurly_open", "dcurly_close", "curly_open",
        "curly_close", "period", "qmark", "epoint", "comma", "colon", "scolon", "comment_start", "comment_end", "danda", "etc",
    ];

    /// <summary>Returns the name, such as <c>dbrack_open</c>.</summary>
    public static string ToName(this TokenType type) => Names[(int)type];
}
