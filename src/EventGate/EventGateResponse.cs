using System.Collections.ObjectModel;
using System.Text.Json;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.EventGate;

/// <summary>Reads the errors of single events from a response of EventGate: <c>{"invalid":[{"event":{…},"context":{…}}],"error":[…]}</c>.</summary>
/// <remarks>wikimedia/eventgate, <c>routes/events.js</c> and <c>lib/eventgate.js</c>: events without an error were produced.</remarks>
internal static class EventGateResponse
{
    private const int MaxReason = 500;

    /// <summary>Reads the errors by <c>meta.id</c> of the event.</summary>
    /// <param name="body">Body of the response.</param>
    /// <returns>Empty for a body of another form, or if an error does not name its event by id.</returns>
    public static IReadOnlyDictionary<string, EventError> Read(ReadOnlyMemory<byte> body)
    {
        var errors = new Dictionary<string, EventError>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && TryRead(document.RootElement, "error", isPermanent: false, errors)
                && TryRead(document.RootElement, "invalid", isPermanent: true, errors)) return errors;
        }
        // Not JSON, or a string with an unpaired surrogate.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
        }
        return ReadOnlyDictionary<string, EventError>.Empty;
    }

    private static bool TryRead(JsonElement response, string name, bool isPermanent, Dictionary<string, EventError> errors)
    {
        if (!response.TryGetProperty(name, out var results) || results.ValueKind != JsonValueKind.Array) return true;
        foreach (var result in results.EnumerateArray())
        {
            if (IdOf(result) is not { } id) return false;
            errors[id] = new EventError(isPermanent, ReasonOf(result));
        }
        return true;
    }

    private static string? IdOf(JsonElement result)
        => Find(Find(Find(result, "event"), "meta"), "id") is { ValueKind: JsonValueKind.String } id ? id.GetString() : null;

    private static string ReasonOf(JsonElement result)
    {
        var context = Find(result, "context");
        var details = Find(context, "errorsText") is { ValueKind: JsonValueKind.String } text ? text
            : Find(context, "message") is { ValueKind: JsonValueKind.String } message ? message
            : context;
        var reason = details.ValueKind switch
        {
            JsonValueKind.Undefined => "EventGate sent no reason.",
            JsonValueKind.String => details.GetString()!,
            _ => details.GetRawText(),
        };
        return ShortText.Of(reason, MaxReason);
    }

    private static JsonElement Find(JsonElement parent, string name)
        => parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;
}
