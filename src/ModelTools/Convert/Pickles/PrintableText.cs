namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>Makes texts of a file safe for a terminal.</summary>
internal static class PrintableText
{
    /// <summary>Replaces control characters and shortens a text.</summary>
    public static string Of(string text, int longest)
    {
        var shown = text.Length <= longest ? text : text[..longest] + "…";
        return shown.Any(char.IsControl) ? string.Concat(shown.Select(character => char.IsControl(character) ? '?' : character)) : shown;
    }
}
