using System.Runtime.InteropServices;
using System.Text.Json;
using InferenceServices.EventGate.Events;

namespace InferenceServices.EventGate;

/// <summary>Reads a journal.</summary>
internal static class JournalReader
{
    /// <summary>Returns the events that were posted and not settled.</summary>
    /// <param name="journal">Stream at the start of the journal.</param>
    /// <returns>Events in posting order, and the length of all complete lines in bytes. Malformed lines are skipped.</returns>
    public static (IReadOnlyList<PendingEvent> Pending, long CompleteBytes) Read(Stream journal)
    {
        var pending = new OrderedDictionary<string, PendingEvent>(StringComparer.Ordinal);
        var buffer = new byte[64 << 10];
        var (length, completeBytes) = (0, 0L);
        while (true)
        {
            if (length == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
            var read = journal.Read(buffer, length, buffer.Length - length);
            if (read == 0) return ([.. pending.Values], completeBytes);
            length += read;
            var applied = ApplyLines(buffer.AsMemory(0, length), pending);
            buffer.AsSpan(applied, length - applied).CopyTo(buffer);
            length -= applied;
            completeBytes += applied;
        }
    }

    private static int ApplyLines(ReadOnlyMemory<byte> bytes, OrderedDictionary<string, PendingEvent> pending)
    {
        var applied = 0;
        while (bytes.Span[applied..].IndexOf((byte)'\n') is >= 0 and var end)
        {
            Apply(bytes.Slice(applied, end), pending);
            applied += end + 1;
        }
        return applied;
    }

    private static void Apply(ReadOnlyMemory<byte> line, OrderedDictionary<string, PendingEvent> pending)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var entry = document.RootElement;
            if (entry.FindString("settled") is { } settled) pending.Remove(settled);
            else if (entry.FindString("id") is { } id) pending.TryAdd(id, ReadPosted(id, entry));
        }
        // A line damaged by the disk; the other lines are still valid.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
        }
    }

    private static PendingEvent ReadPosted(string id, JsonElement entry)
    {
        var json = JsonMarshal.GetRawUtf8Value(entry.GetProperty("event")).ToArray();
        return new PendingEvent(new OutgoingEvent(id, json), entry.GetProperty("posted").GetDateTimeOffset());
    }
}
