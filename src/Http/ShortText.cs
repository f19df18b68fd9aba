namespace InferenceServices.Http;

/// <summary>Shortens text of unknown length for error messages and logs.</summary>
public static class ShortText
{
    /// <summary>Returns the text, cut to a maximum length and marked with "…" if it is longer.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxLength">Maximum number of characters before the mark.</param>
    public static string Of(string text, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= maxLength ? text : text[..maxLength] + "…";
    }
}
