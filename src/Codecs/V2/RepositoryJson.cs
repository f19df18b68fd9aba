using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V2;

/// <summary>Reads and writes the model repository extension as JSON. An empty body is an empty request; unknown keys are ignored.</summary>
/// <remarks>Triton, <c>extension_model_repository.md</c>; responses to load and unload are KServe's, because Triton's are empty.</remarks>
internal static class RepositoryJson
{
    /// <summary>Reads the body of an index request.</summary>
    /// <returns>Whether to list ready models only.</returns>
    /// <exception cref="InvalidInputException">The body is not JSON, or a field has the wrong kind: 400.</exception>
    public static bool ReadReadyOnly(ReadOnlySpan<byte> body)
    {
        var readyOnly = false;
        Read(body, (ref Utf8JsonReader reader) =>
        {
            if (!JsonFields.NameIs(ref reader, "ready"u8)) return false;
            reader.Read();
            readyOnly = reader.TokenType switch
            {
                JsonTokenType.True => true,
                JsonTokenType.False or JsonTokenType.Null => false,
                _ => throw JsonFields.Unexpected("ready", "a boolean", reader.TokenType),
            };
            return true;
        });
        return readyOnly;
    }

    /// <summary>Validates the body of a load or unload request, which may only have parameters without effect.</summary>
    /// <exception cref="InvalidInputException">The body is not JSON, a field has the wrong kind, or a parameter would change the model: 400.</exception>
    public static void ReadParameters(ReadOnlySpan<byte> body)
        => Read(body, static (ref Utf8JsonReader reader) =>
        {
            if (!JsonFields.NameIs(ref reader, "parameters"u8)) return false;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) return true;
            if (reader.TokenType != JsonTokenType.StartObject) throw JsonFields.Unexpected("parameters", "an object", reader.TokenType);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // Models do not depend on each other: this parameter has no effect. Others are rejected, because ignoring them would load another model than requested.
                var name = JsonFields.ReadText(ref reader, "parameters");
                if (name != "unload_dependents")
                    throw new InvalidInputException($"parameters: a model is loaded as it is on disk; '{name}' is not supported");
                reader.Skip();
            }
            return true;
        });

    public static void WriteIndex(Utf8JsonWriter writer, IEnumerable<RepositoryEntry> entries)
    {
        writer.WriteStartArray();
        foreach (var entry in entries)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, entry.Name);
            if (entry.Version is not null) writer.WriteString("version"u8, entry.Version);
            writer.WriteString("state"u8, entry.State.ToWire());
            writer.WriteString("reason"u8, entry.Reason);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <summary>Writes the response to <c>load</c> or <c>unload</c>.</summary>
    public static void WriteDone(Utf8JsonWriter writer, (string ModelName, string Operation) done)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, done.ModelName);
        writer.WriteBoolean(done.Operation, true);
        writer.WriteEndObject();
    }

    private delegate bool FieldReader(ref Utf8JsonReader reader);

    private static void Read(ReadOnlySpan<byte> body, FieldReader readField)
    {
        body = JsonText.SkipByteOrderMark(body);
        if (body.IsEmpty) return;
        JsonText.RequireUtf8(body);
        try
        {
            var reader = new Utf8JsonReader(body, JsonFields.Options);
            JsonFields.Expect(ref reader, JsonTokenType.StartObject, "the request body");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                if (!readField(ref reader)) reader.Skip();
            // Only white space may follow; the reader throws otherwise.
            reader.Read();
        }
        catch (JsonException exception)
        {
            JsonText.RequireDepth(body);
            throw JsonText.SyntaxError(exception);
        }
    }
}
