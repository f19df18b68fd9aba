using System.Text.Json;
using System.Text.Json.Serialization;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Services.LangId;

/// <summary>Reads the text. Like Lift Wing, a falsy value in Python counts as absent; another non-string is an error.</summary>
internal sealed class LangIdTextConverter : JsonConverter<string?>
{
    public override bool HandleNull => true;

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        using var value = JsonDocument.ParseValue(ref reader);
        return PythonTruthiness.IsFalsy(value.RootElement) ? null : throw new InvalidInputException("The input 'text' should be a string.");
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
