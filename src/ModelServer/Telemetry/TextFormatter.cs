using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>
/// Writes each log entry as one line of text, in the layout of .NET's simple console. Control characters are escaped: text from a request or a file can
/// neither forge a line nor control a terminal.
/// </summary>
internal sealed class TextFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "text-line";
    public const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (message is null && logEntry.Exception is null) return;
        textWriter.Write(time.GetUtcNow().ToString(Timestamp, CultureInfo.InvariantCulture));
        textWriter.Write(' ');
        textWriter.Write(NameOf(logEntry.LogLevel));
        textWriter.Write(": ");
        textWriter.Write(logEntry.Category);
        textWriter.Write(string.Create(CultureInfo.InvariantCulture, $"[{logEntry.EventId.Id}] "));
        WriteEscaped(textWriter, message);
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write(' ');
            WriteEscaped(textWriter, exception.ToString().ReplaceLineEndings(" "));
        }
        textWriter.WriteLine();
    }

    /// <summary>Writes text in one line, with control characters escaped.</summary>
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

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
