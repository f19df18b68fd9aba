using System.Globalization;
using System.Text.Json;

namespace InferenceServices.Services;

/// <summary>Helpers for request fields that may have any JSON value.</summary>
internal static class RequestField
{
    private const int MaxQuoted = 100;

    // The words of Python's strtobool, as in ores-legacy and in KServe's switches.
    private static readonly HashSet<string> True = new(StringComparer.OrdinalIgnoreCase) { "y", "yes", "t", "true", "on", "1" };
    private static readonly HashSet<string> False = new(StringComparer.OrdinalIgnoreCase) { "n", "no", "f", "false", "off", "0", "" };

    /// <summary>Returns whether a field is missing or null.</summary>
    public static bool IsAbsent(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>Reads true or false, also as 1 or 0 and as a word such as <c>"true"</c>: clients of Lift Wing send all of them.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="flag">The flag; false for an absent value.</param>
    /// <returns>False if the value is neither.</returns>
    public static bool TryReadFlag(JsonElement value, out bool flag)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => "",
            JsonValueKind.String => value.GetString()!,
            _ => value.GetRawText(),
        };
        flag = True.Contains(text);
        return flag || False.Contains(text);
    }

    /// <summary>Reads an integer, also as a string of digits: clients of Lift Wing send both.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="number">The integer; 0 for an absent value.</param>
    /// <returns>False if the value is neither an integer nor absent.</returns>
    public static bool TryReadInteger(JsonElement value, out long number)
    {
        number = 0;
        return value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => true,
            JsonValueKind.Number => value.TryGetInt64(out number),
            JsonValueKind.String => long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number),
            _ => false,
        };
    }

    /// <summary>Shortens a value for an error message.</summary>
    public static string Quote(string text) => text.Length <= MaxQuoted ? text : text[..MaxQuoted] + "…";
}
