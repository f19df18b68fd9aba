using System.Text.Json;
using InferenceServices.Contracts.V1;

namespace InferenceServices.Codecs;

/// <summary>Recognizes a body of the other protocol, after an error, so that the error can name the right URL.</summary>
internal static class BodyProtocol
{
    /// <summary>Returns whether a body has the form of V2: <c>inputs</c> is a list of objects with <c>datatype</c>.</summary>
    public static bool IsV2(ReadOnlySpan<byte> body) => Read(body) == Found.Tensors;

    /// <summary>Returns whether a body has the form of V1.</summary>
    /// <param name="body">The body, which is not a valid V2 request.</param>
    /// <param name="isService">Whether the model is a service, whose V1 body may have any fields.</param>
    public static bool IsV1(ReadOnlySpan<byte> body, bool isService) => Read(body) switch
    {
        Found.Rows => true,
        Found.OtherFields => isService,
        _ => false,
    };

    private static Found Read(ReadOnlySpan<byte> body)
    {
        var found = Found.Nothing;
        try
        {
            var reader = new Utf8JsonReader(JsonText.SkipByteOrderMark(body), JsonFields.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Found.Nothing;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("instances"u8)) return Found.Rows;
                var isInputs = reader.ValueTextEquals("inputs"u8);
                reader.Read();
                if (isInputs) return KindOf(reader);
                found = Found.OtherFields;
                reader.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON of either protocol.
        }
        return found;
    }

    private static Found KindOf(Utf8JsonReader inputs)
    {
        if (inputs.TokenType != JsonTokenType.StartArray || !inputs.Read()) return Found.Rows;
        if (inputs.TokenType != JsonTokenType.StartObject) return inputs.TokenType == JsonTokenType.EndArray ? Found.Nothing : Found.Rows;
        while (inputs.Read() && inputs.TokenType == JsonTokenType.PropertyName)
        {
            if (inputs.ValueTextEquals("datatype"u8)) return Found.Tensors;
            inputs.Skip();
        }
        return Found.Rows;
    }

    private enum Found
    {
        Nothing,
        OtherFields,
        Rows,
        Tensors,
    }
}
