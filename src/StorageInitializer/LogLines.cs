using System.Text;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.StorageInitializer;

/// <summary>Writes each log entry as one line. Control characters are escaped: see <see cref="LogText"/>.</summary>
/// <param name="writer">The log.</param>
internal sealed class LogLines(TextWriter writer) : TextWriter
{
    public override Encoding Encoding => writer.Encoding;

    public override void Write(char value) => writer.Write(value);

    public override void WriteLine(string? value) => writer.WriteLine(Escape(value ?? ""));

    /// <summary>Replaces line ends by spaces, and escapes other control characters.</summary>
    public static string Escape(string line)
    {
        using var text = new StringWriter();
        LogText.WriteEscaped(text, line.ReplaceLineEndings(" "));
        return text.ToString();
    }
}
