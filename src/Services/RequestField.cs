using System.Text.Json;

namespace InferenceServices.Services;

/// <summary>Helpers for request fields that may have any JSON value.</summary>
internal static class RequestField
{
    private const int MaxQuoted = 100;

    /// <summary>Returns whether a field is missing or null.</summary>
    public static bool IsAbsent(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>Shortens a value for an error message.</summary>
    public static string Quote(string text) => text.Length <= MaxQuoted ? text : text[..MaxQuoted] + "…";
}
