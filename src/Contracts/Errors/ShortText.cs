namespace InferenceServices.Contracts.Errors;

/// <summary>Shortens text of unknown length for error messages and logs.</summary>
public static class ShortText
{
    /// <summary>Maximum number of characters of a client's text in an error.</summary>
    public const int MaxLength = 200;

    /// <summary>Returns the text, cut to a maximum length and marked with "…" if it is longer.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxLength">Maximum number of characters before the mark.</param>
    /// <returns>The text, without half a character at its end.</returns>
    public static string Of(string text, int maxLength = MaxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= maxLength) return text;
        return text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)] + "…";
    }
}
