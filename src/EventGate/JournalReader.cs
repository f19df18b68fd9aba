using System.Runtime.InteropServices;
using System.Text.Json;
using InferenceServices.EventGate.Events;

namespace InferenceServices.EventGate;

/// <summary>Reads a journal back.</summary>
internal static class JournalReader
{
    /// <summary>What was posted and not settled.</summary>
    /// <param name="journal">From its begin.</param>
    /// <returns>In the order posted, and how many bytes are whole lines. Lines that are none of ours are passed over.</returns>
    public static (IReadOnlyList<WaitingEvent> Waiting, long Whole) Read(Stream journal)
    {
        var waiting = new OrderedDictionary<string, WaitingEvent>(StringComparer.Ordinal);
        var buffer = new byte[64 << 10];
        var (length, whole) = (0, 0L);
        while (true)
        {
            if (length == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
            var read = journal.Read(buffer, length, buffer.Length - length);
            if (read == 0) return ([.. waiting.Values], whole);
            length += read;
            var done = ApplyLines(buffer.AsMemory(0, length), waiting);
            buffer.AsSpan(done, length - done).CopyTo(buffer);
            length -= done;
            whole += done;
        }
    }

    private static int ApplyLines(ReadOnlyMemory<byte> bytes, OrderedDictionary<string, WaitingEvent> waiting)
    {
        var done = 0;
        while (bytes.Span[done..].IndexOf((byte)'\n') is >= 0 and var end)
        {
            Apply(bytes.Slice(done, end), waiting);
            done += end + 1;
        }
        return done;
    }

    private static void Apply(ReadOnlyMemory<byte> line, OrderedDictionary<string, WaitingEvent> waiting)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var entry = document.RootElement;
            if (entry.FindText("settled") is { } settled) waiting.Remove(settled);
            else if (entry.FindText("id") is { } id) waiting.TryAdd(id, ReadPosted(id, entry));
        }
        // A disk that lost a piece of it; the lines around it are whole.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
        }
    }

    private static WaitingEvent ReadPosted(string id, JsonElement entry)
    {
        var json = JsonMarshal.GetRawUtf8Value(entry.GetProperty("event")).ToArray();
        return new WaitingEvent(new OutgoingEvent(id, json), entry.GetProperty("posted").GetDateTimeOffset());
    }
}
