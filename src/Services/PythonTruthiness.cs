using System.Text.Json;

namespace InferenceServices.Services;

/// <summary>Truth value testing of Python. Lift Wing treats falsy values as absent.</summary>
internal static class PythonTruthiness
{
    /// <summary>Returns whether a value is missing, null, false, zero or empty.</summary>
    public static bool IsFalsy(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.ValueEquals(""u8),
        JsonValueKind.Number => value.TryGetDouble(out var number) && number == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
