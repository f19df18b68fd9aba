namespace InferenceServices.Wikitext.Parsing;

/// <summary>Tags of wikitext markers.</summary>
internal static class MarkNames
{
    public static string Of(char mark) => mark switch
    {
        '*' or '#' => "li",
        ';' => "dt",
        ':' => "dd",
        '-' => "hr",
        'i' => "i",
        'b' => "b",
        't' => "table",
        'r' => "tr",
        'd' => "td",
        'h' => "th",
        _ => throw new ArgumentOutOfRangeException(nameof(mark)),
    };
}
