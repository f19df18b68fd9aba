using System.Globalization;
using System.Text.Json;

namespace InferenceServices.RevisionFeatures;

/// <summary>Values of features as revscoring has them in JSON: bools as such, floats never without a fraction.</summary>
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

    /// <summary>Reads a value a caller gives for a feature's own.</summary>
    /// <param name="feature">Whose type it has to be of; a float may be whole.</param>
    /// <param name="json">Any JSON.</param>
    /// <param name="value">Bools are 0 or 1.</param>
    /// <returns>False: it is of another type.</returns>
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

    /// <summary>What a value has to be, for a sentence.</summary>
    public static string Describe(FeatureType type) => type switch
    {
        FeatureType.Bool => "true or false",
        FeatureType.Int => "a whole number",
        _ => "a number",
    };

    // As Python writes a float.
    private static string TextOf(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny(".E") ? text.ToLowerInvariant() : text + ".0";
    }
}
