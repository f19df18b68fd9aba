using System.Text.Json;

namespace InferenceServices.EventGate.Events;

/// <summary>Looking into events, where anything may be missing. JSON's null is missing too.</summary>
internal static class EventElement
{
    /// <summary>A member of any kind.</summary>
    /// <param name="parent">An object, or anything else, which has none.</param>
    /// <param name="name">The member's.</param>
    /// <param name="value">Not null.</param>
    public static bool TryFind(this JsonElement parent, string name, out JsonElement value)
    {
        value = default;
        return parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    /// <returns>Undefined without.</returns>
    public static JsonElement FindObject(this JsonElement parent, string name)
        => parent.TryFind(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : default;

    /// <returns>Null without, or for an empty one.</returns>
    public static string? FindText(this JsonElement parent, string name)
        => parent.TryFind(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
