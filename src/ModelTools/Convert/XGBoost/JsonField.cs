using System.Globalization;
using System.Text.Json;

namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>A value in a JSON file and the way to it, by which it is named when it is not as it should be.</summary>
/// <param name="value">The value.</param>
/// <param name="path">Names with dots between them; empty for the whole file.</param>
internal sealed class JsonField(JsonElement value, string path)
{
    private string Kind => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => $"\"{value.GetString()}\"",
        _ => value.GetRawText(),
    };

    /// <exception cref="FormatException">There is none.</exception>
    public JsonField this[string name] => Find(name) ?? throw new FormatException(value.ValueKind == JsonValueKind.Object ? $"it has no {PathOf(name)}" : Refusal("an object").Message);

    public JsonField? Find(string name) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var found) ? new JsonField(found, PathOf(name)) : null;

    public string Text() => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Refusal("a string");

    /// <summary>XGBoost writes parameters as strings, whatever they are.</summary>
    public string Parameter() => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    /// <returns>0 or more.</returns>
    public int Count() => int.TryParse(Parameter(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Refusal("a whole number of 0 or more");

    public IEnumerable<JsonField> Items() => Array("an array").Select((item, index) => new JsonField(item, $"{path}[{index}]"));

    public int[] Integers()
        => [.. Array("an array of whole numbers").Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var number) ? number : throw Refusal("an array of whole numbers"))];

    public float[] Singles()
        => [.. Array("an array of numbers").Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetSingle(out var number) ? number : throw Refusal("an array of numbers"))];

    /// <summary>Truth values, which early versions write as such and later ones as numbers.</summary>
    public bool[] Flags() => [.. Array("an array of truth values").Select(item => item.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when item.TryGetInt32(out var number) => number != 0,
        _ => throw Refusal("an array of truth values"),
    })];

    private JsonElement.ArrayEnumerator Array(string expected) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Refusal(expected);

    private string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    private FormatException Refusal(string expected) => new($"{(path.Length == 0 ? "it" : path)} should be {expected}, got {Kind}");
}
