using System.Globalization;
using System.Text.Json;

namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>A value in a JSON file with its path, for error messages.</summary>
/// <param name="value">The value.</param>
/// <param name="path">Property names separated by dots; empty for the root.</param>
internal sealed class JsonField(JsonElement value, string path)
{
    private string Kind => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => $"\"{value.GetString()}\"",
        _ => value.GetRawText(),
    };

    /// <summary>Returns a property.</summary>
    /// <exception cref="FormatException">The property is missing.</exception>
    public JsonField this[string name] => Find(name) ?? throw new FormatException(value.ValueKind == JsonValueKind.Object ? $"it has no {PathOf(name)}" : Error("an object").Message);

    public JsonField? Find(string name) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var found) ? new JsonField(found, PathOf(name)) : null;

    public string Text() => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Error("a string");

    /// <summary>Returns a parameter; XGBoost writes all parameters as strings.</summary>
    public string Parameter() => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    /// <summary>Returns an integer of 0 or more.</summary>
    public int Count() => int.TryParse(Parameter(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Error("an integer of 0 or more");

    public IEnumerable<JsonField> Items() => Array("an array").Select((item, index) => new JsonField(item, $"{path}[{index}]"));

    public int[] Integers()
        => [.. Array("an array of integers").Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var number) ? number : throw Error("an array of integers"))];

    public float[] Singles()
        => [.. Array("an array of numbers").Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetSingle(out var number) ? number : throw Error("an array of numbers"))];

    /// <summary>Returns booleans; later versions of XGBoost write them as numbers.</summary>
    public bool[] Flags() => [.. Array("an array of booleans").Select(item => item.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when item.TryGetInt32(out var number) => number != 0,
        _ => throw Error("an array of booleans"),
    })];

    private JsonElement.ArrayEnumerator Array(string expected) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Error(expected);

    private string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    private FormatException Error(string expected) => new($"{(path.Length == 0 ? "it" : path)} should be {expected}, got {Kind}");
}
