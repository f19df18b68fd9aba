using System.Text.Json;
using System.Text.Unicode;
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

    // A body that is not JSON has no protocol: the error of its reader is more useful.
    private static Found Read(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body)) return Found.Nothing;
        var found = Found.Nothing;
        try
        {
            var reader = new Utf8JsonReader(JsonText.SkipByteOrderMark(body), JsonFields.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Found.Nothing;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isInstances = reader.ValueTextEquals("instances"u8);
                var isInputs = reader.ValueTextEquals("inputs"u8);
                reader.Read();
                var kind = isInputs ? KindOf(reader) : isInstances ? Found.Rows : Found.OtherFields;
                if (kind > found) found = kind;
                reader.Skip();
            }
            // Only white space may follow; the reader throws otherwise.
            reader.Read();
            return found;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Found.Nothing;
        }
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

    // In the order of precedence.
    private enum Found
    {
        Nothing,
        OtherFields,
        Rows,
        Tensors,
    }
}
