using System.Text.Json;

namespace InferenceServices.EventGate;

/// <summary>Reads what EventGate says of single events: <c>{"invalid":[{"event":{…},"context":{…}}],"error":[…]}</c>.</summary>
/// <remarks>wikimedia/eventgate, <c>routes/events.js</c> and <c>lib/eventgate.js</c>: events not named were produced.</remarks>
internal static class EventGateAnswer
{
    private const int LongestReason = 500;

    /// <summary>What is said, by the event's <c>meta.id</c>.</summary>
    /// <param name="body">As it came.</param>
    /// <returns>Empty for anything else, and when an event is not named by its id: what is said of it cannot be heeded.</returns>
    public static IReadOnlyDictionary<string, (bool IsFinal, string Reason)> Read(ReadOnlyMemory<byte> body)
    {
        var told = new Dictionary<string, (bool IsFinal, string Reason)>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return Delivery.Nothing;
            if (!TryRead(document.RootElement, "error", isFinal: false, told) || !TryRead(document.RootElement, "invalid", isFinal: true, told)) return Delivery.Nothing;
        }
        // Not JSON, or text that is none.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Delivery.Nothing;
        }
        return told;
    }

    private static bool TryRead(JsonElement answer, string name, bool isFinal, Dictionary<string, (bool IsFinal, string Reason)> told)
    {
        if (!answer.TryGetProperty(name, out var results) || results.ValueKind != JsonValueKind.Array) return true;
        foreach (var result in results.EnumerateArray())
        {
            if (IdOf(result) is not { } id) return false;
            told[id] = (isFinal, ReasonOf(result));
        }
        return true;
    }

    private static string? IdOf(JsonElement result)
        => Find(Find(Find(result, "event"), "meta"), "id") is { ValueKind: JsonValueKind.String } id ? id.GetString() : null;

    private static string ReasonOf(JsonElement result)
    {
        var context = Find(result, "context");
        var said = Find(context, "errorsText") is { ValueKind: JsonValueKind.String } text ? text
            : Find(context, "message") is { ValueKind: JsonValueKind.String } message ? message
            : context;
        var reason = said.ValueKind switch
        {
            JsonValueKind.Undefined => "EventGate did not say why.",
            JsonValueKind.String => said.GetString()!,
            _ => said.GetRawText(),
        };
        return reason.Length <= LongestReason ? reason : reason[..LongestReason] + "…";
    }

    private static JsonElement Find(JsonElement parent, string name)
        => parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;
}
