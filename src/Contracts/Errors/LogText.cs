using System.Globalization;

namespace InferenceServices.Contracts.Errors;

/// <summary>Writes text of unknown origin to logs and terminals. The storage initializer compiles this file too.</summary>
internal static class LogText
{
    /// <summary>Writes text in one line. Control characters are escaped: the text can neither forge a line nor control a terminal.</summary>
    /// <param name="writer">Receives the text.</param>
    /// <param name="text">Any text; null for none.</param>
    public static void WriteEscaped(TextWriter writer, string? text)
    {
        foreach (var character in text ?? "")
        {
            // The line separators of Unicode, and the marks that reverse the direction of text.
            if (char.IsControl(character) || character is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'))
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"));
            else writer.Write(character);
        }
    }
}
