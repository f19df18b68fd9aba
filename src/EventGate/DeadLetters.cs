using System.Buffers;
using System.Text.Json;
using InferenceServices.EventGate.Events;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate;

/// <summary>Writes undeliverable events to the dead-letter file, if configured: one <c>{"time":…,"reason":…,"event":{…}}</c> per line.</summary>
internal sealed class DeadLetters(IOptions<EventGateOptions> options, EventGateMetrics metrics, TimeProvider time, ILogger<DeadLetters> logger)
{
    private readonly Lock _lock = new();
    private readonly string? _path = options.Value.DeadLetterPath;

    /// <summary>Writes and logs an event. Never throws.</summary>
    /// <param name="content">The event.</param>
    /// <param name="reason">Reason for the metric.</param>
    /// <param name="sentence">Reason for the file and the log.</param>
    public void Add(OutgoingEvent content, DeadLetterReason reason, string sentence)
    {
        metrics.RecordDeadLetter(reason);
        if (_path is null)
        {
            Log.EventLost(logger, content.Id, sentence);
            return;
        }
        try
        {
            // Opened for each event, so that the file can be moved at any time.
            lock (_lock)
            {
                using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
                file.Write(LineOf(content, sentence));
            }
            Log.EventDeadLettered(logger, content.Id, _path, sentence);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.DeadLetterWriteFailed(logger, content.Id, _path, sentence, exception.Message);
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
