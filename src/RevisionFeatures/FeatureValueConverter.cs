using System.Text.Json;
using System.Text.Json.Serialization;

namespace InferenceServices.RevisionFeatures;

/// <summary>Writes a feature value with <see cref="FeatureJson"/>.</summary>
public sealed class FeatureValueConverter : JsonConverter<FeatureValue>
{
    public override FeatureValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.TokenType == JsonTokenType.Number
            ? new FeatureValue(reader.GetDouble(), FeatureType.Float)
            : new FeatureValue(reader.GetBoolean() ? 1 : 0, FeatureType.Bool);

    public override void Write(Utf8JsonWriter writer, FeatureValue value, JsonSerializerOptions options) => FeatureJson.Write(writer, value);
}
