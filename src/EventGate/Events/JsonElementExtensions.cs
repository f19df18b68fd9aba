using System.Text.Json;

namespace InferenceServices.EventGate.Events;

/// <summary>Reads optional members of events. A JSON null counts as missing.</summary>
internal static class JsonElementExtensions
{
    /// <summary>Finds a member of any kind.</summary>
    /// <param name="parent">Any element; only an object has members.</param>
    /// <param name="name">Name of the member.</param>
    /// <param name="value">The member; not a JSON null.</param>
    public static bool TryFind(this JsonElement parent, string name, out JsonElement value)
    {
        value = default;
        return parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    /// <summary>Returns an object member, or an undefined element.</summary>
    public static JsonElement FindObject(this JsonElement parent, string name)
        => parent.TryFind(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : default;

    /// <summary>Returns a string member, or null if it is missing or empty.</summary>
    public static string? FindString(this JsonElement parent, string name)
        => parent.TryFind(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
