using System.Text.Json;

namespace InferenceServices.Services;

/// <summary>What Lift Wing takes for absent: what Python calls false.</summary>
internal static class PythonTruth
{
    /// <summary>Whether a value is null, false, zero, or empty, or not there at all.</summary>
    public static bool IsFalse(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.ValueEquals(""u8),
        JsonValueKind.Number => value.TryGetDouble(out var number) && number == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
