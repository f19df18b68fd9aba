namespace InferenceServices.Services;

/// <summary>White space as in Python: that of .NET, and the separators U+001C to U+001F.</summary>
/// <remarks>Python, <c>str.isspace</c> and <c>str.strip</c>.</remarks>
internal static class PythonWhitespace
{
    /// <summary>Returns whether a character is white space.</summary>
    public static bool IsWhitespace(char character) => char.IsWhiteSpace(character) || character is >= '\x1C' and <= '\x1F';

    /// <summary>Removes white space at the end of a text.</summary>
    public static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> text)
    {
        while (text.Length > 0 && IsWhitespace(text[^1])) text = text[..^1];
        return text;
    }

    /// <summary>Removes white space at the start of a text.</summary>
    public static ReadOnlySpan<char> TrimStart(ReadOnlySpan<char> text)
    {
        while (text.Length > 0 && IsWhitespace(text[0])) text = text[1..];
        return text;
    }

    /// <summary>Removes white space at both ends of a text.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text) => TrimStart(TrimEnd(text));
}
