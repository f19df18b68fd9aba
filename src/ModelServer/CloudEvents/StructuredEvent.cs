using System.Text.Json;
using InferenceServices.Codecs;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;

namespace InferenceServices.ModelServer.CloudEvents;

/// <summary>Reads an event as one JSON object. Its data are sliced without parsing them.</summary>
/// <remarks>CloudEvents JSON event format.</remarks>
internal static class StructuredEvent
{
    /// <summary>Returns whether a body is a JSON object with every key by which KServe's servers recognize an event.</summary>
    /// <remarks>KServe, <c>is_structured_cloudevent</c>; <c>data_base64</c> replaces <c>data</c>, as in the specification.</remarks>
    public static bool IsComplete(ReadOnlySpan<byte> body)
    {
        var found = 0;
        try
        {
            var reader = new Utf8JsonReader(JsonText.SkipByteOrderMark(body), JsonFields.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!reader.ValueIsEscaped) found |= KeyOf(ref reader);
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            return false;
        }
        return found == 0b11_1111;
    }

    /// <summary>Reads the data of an event.</summary>
    /// <param name="body">The complete event.</param>
    /// <returns>A slice of <paramref name="body"/>, or the decoded bytes of <c>data_base64</c>.</returns>
    /// <exception cref="InvalidInputException">The body is not a valid event: 400. The message names the attribute.</exception>
    public static ReadOnlyMemory<byte> ReadData(ReadOnlyMemory<byte> body)
    {
        body = JsonText.SkipByteOrderMark(body);
        JsonText.RequireUtf8(body.Span);
        ReadOnlyMemory<byte>? data = null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            var reader = new Utf8JsonReader(body.Span, JsonFields.Options);
            JsonFields.Expect(ref reader, JsonTokenType.StartObject, "the event");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonFields.ReadText(ref reader, "a key of the event");
                reader.Read();
                var isData = name is CloudEventAttributes.Data or CloudEventAttributes.DataBase64;
                // In this format, a null attribute is absent; the data may be null.
                if (reader.TokenType == JsonTokenType.Null && name != CloudEventAttributes.Data) continue;
                if (!names.Add(name)) throw new InvalidInputException($"the event has '{name}' twice");
                if (isData && data is not null) throw new InvalidInputException("the event has both data and data_base64");
                if (name == CloudEventAttributes.DataBase64) data = Decode(ref reader);
                else if (isData) data = Cut(ref reader, body);
                else CheckAttribute(ref reader, name);
            }
            // Only white space may follow; the reader throws otherwise.
            reader.Read();
        }
        catch (JsonException exception)
        {
            JsonText.RequireDepth(body.Span);
            throw JsonText.SyntaxError(exception);
        }
        foreach (var name in CloudEventAttributes.Required)
            if (!names.Contains(name)) throw new InvalidInputException($"the event lacks '{name}'");
        return data ?? throw new InvalidInputException("the event lacks 'data'");
    }

    /// <summary>Copies the attributes of an event to its response.</summary>
    /// <param name="writer">Writer in the object of the response.</param>
    /// <param name="body">An event that has been validated.</param>
    public static void WriteMerged(Utf8JsonWriter writer, ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(JsonText.SkipByteOrderMark(body), JsonFields.Options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null || !CloudEventAttributes.IsMerged(name))
            {
                reader.Skip();
                continue;
            }
            writer.WritePropertyName(name);
            writer.WriteRawValue(body[(int)reader.TokenStartIndex..(int)reader.BytesConsumed], skipInputValidation: true);
        }
    }

    private static int KeyOf(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("specversion"u8)) return 1;
        if (reader.ValueTextEquals("id"u8)) return 2;
        if (reader.ValueTextEquals("source"u8)) return 4;
        if (reader.ValueTextEquals("type"u8)) return 8;
        if (reader.ValueTextEquals("time"u8)) return 16;
        return reader.ValueTextEquals("data"u8) || reader.ValueTextEquals("data_base64"u8) ? 32 : 0;
    }

    private static ReadOnlyMemory<byte> Cut(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return body[start..(int)reader.BytesConsumed];
    }

    private static ReadOnlyMemory<byte> Decode(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            try
            {
                if (reader.TryGetBytesFromBase64(out var bytes)) return bytes;
            }
            catch (InvalidOperationException)
            {
                // An escape of an unpaired surrogate is not base64.
            }
        }
        throw new InvalidInputException("the event's data_base64 should be a string in base64");
    }

    private static void CheckAttribute(ref Utf8JsonReader reader, string name)
    {
        var label = $"'{name}'";
        if (reader.TokenType == JsonTokenType.String)
        {
            CloudEventAttributes.Check(name, JsonFields.ReadText(ref reader, $"the event's {label}"), label);
            return;
        }
        // Extensions may be numbers and booleans; attributes of the specification are strings.
        if (CloudEventAttributes.IsMerged(name) && reader.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False) return;
        throw new InvalidInputException($"the event's {label} should be a string, got {JsonText.Name(reader.TokenType)}");
    }
}
