using System.Globalization;
using System.Text.Json;

namespace InferenceServices.RevisionFeatures;

/// <summary>JSON values of features in the format of revscoring: booleans as JSON booleans, floats always with a fraction.</summary>
public static class FeatureJson
{
    /// <summary>Writes a value.</summary>
    public static void Write(Utf8JsonWriter writer, FeatureValue value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (value.Type == FeatureType.Bool) writer.WriteBooleanValue(value.Value != 0);
        else if (value.Type == FeatureType.Int) writer.WriteNumberValue((long)value.Value);
        else writer.WriteRawValue(TextOf(value.Value));
    }

    /// <summary>Reads a feature value from a request.</summary>
    /// <param name="feature">Feature; its type is the required type. A float may be an integer.</param>
    /// <param name="json">Any JSON value.</param>
    /// <param name="value">The value; booleans are 0 or 1.</param>
    /// <returns>False if the JSON value has another type.</returns>
    public static bool TryRead(Feature feature, JsonElement json, out double value)
    {
        ArgumentNullException.ThrowIfNull(feature);
        value = json.ValueKind == JsonValueKind.True ? 1 : 0;
        return feature.Type == FeatureType.Bool
            ? json.ValueKind is JsonValueKind.True or JsonValueKind.False
            : json.ValueKind == JsonValueKind.Number
                && json.TryGetDouble(out value)
                && double.IsFinite(value)
                && (feature.Type == FeatureType.Float || value == Math.Truncate(value));
    }

    /// <summary>Describes the expected type, for error messages.</summary>
    public static string Describe(FeatureType type) => type switch
    {
        FeatureType.Bool => "true or false",
        FeatureType.Int => "a whole number",
        _ => "a number",
    };

    // Formats a float like Python.
    private static string TextOf(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny(".E") ? text.ToLowerInvariant() : text + ".0";
    }
}
