using System.Buffers;
using System.Text.Json;
using InferenceServices.EventGate.Events;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate;

/// <summary>Events that were given up: lines of <c>{"time":…,"reason":…,"event":{…}}</c> in a file, where there is one.</summary>
internal sealed class DeadLetters(IOptions<EventGateOptions> options, EventGateMetrics metrics, TimeProvider time, ILogger<DeadLetters> logger)
{
    private readonly Lock _lock = new();
    private readonly string? _path = options.Value.DeadLetterPath;

    /// <summary>Gives an event up. Never throws.</summary>
    /// <param name="content">What was not sent.</param>
    /// <param name="reason">Why, for counting.</param>
    /// <param name="sentence">Why, for people.</param>
    public void Add(OutgoingEvent content, DeadLetterReason reason, string sentence)
    {
        metrics.DeadLettered(reason);
        if (_path is null)
        {
            Log.EventLost(logger, content.Id, sentence);
            return;
        }
        try
        {
            // Opened anew for each, so that the file may be moved away at any time.
            lock (_lock)
            {
                using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
                file.Write(LineOf(content, sentence));
            }
            Log.EventDeadLettered(logger, content.Id, _path, sentence);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.EventNotKept(logger, content.Id, _path, sentence, exception.Message);
        }
    }

    private ReadOnlySpan<byte> LineOf(OutgoingEvent content, string sentence)
    {
        var line = new ArrayBufferWriter<byte>(content.Json.Length + 256);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow());
            json.WriteString("reason", sentence);
            json.WritePropertyName("event");
            json.WriteRawValue(content.Json.Span, skipInputValidation: true);
            json.WriteEndObject();
        }
        line.Write("\n"u8);
        return line.WrittenSpan;
    }
}
