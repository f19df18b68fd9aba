using System.Text;

namespace InferenceServices.StorageInitializer;

/// <summary>Writes each log entry as one line. Control characters are escaped: a name in a listing or an archive can neither forge a line nor control a terminal.</summary>
/// <param name="writer">The log.</param>
internal sealed class LogLines(TextWriter writer) : TextWriter
{
    public override Encoding Encoding => writer.Encoding;

    public override void Write(char value) => writer.Write(value);

    public override void WriteLine(string? value) => writer.WriteLine(Escape(value ?? ""));

    /// <summary>Replaces line ends by spaces, and other control characters and marks that reverse the direction of text by their code.</summary>
    public static string Escape(string line)
    {
        var text = new StringBuilder(line.Length);
        foreach (var character in line.ReplaceLineEndings(" "))
        {
            if (char.IsControl(character) || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069')) text.Append($"\\u{(int)character:x4}");
            else text.Append(character);
        }
        return text.ToString();
    }
}
