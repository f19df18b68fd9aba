using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V2;

/// <summary>A <c>parameters</c> object, with what the extensions reserve apart from what is the caller's own.</summary>
/// <remarks>Binary tensor data and classification extensions; both say where each parameter may stand.</remarks>
internal readonly struct ReservedParameters
{
    /// <summary>Everything that is not reserved; null when there is nothing.</summary>
    public IReadOnlyDictionary<string, InferParameter>? Others { get; private init; }

    /// <summary>Of a tensor: its bytes behind the JSON.</summary>
    public int? BinaryDataSize { get; private init; }

    /// <summary>Of a requested output: whether its bytes go behind the JSON.</summary>
    public bool? BinaryData { get; private init; }

    /// <summary>Of a request: what holds for outputs that do not say.</summary>
    public bool? BinaryDataOutput { get; private init; }

    /// <summary>Of a requested output: how many classes instead of the tensor; 0 for the tensor.</summary>
    public int Classification { get; private init; }

    /// <summary>Reads the value behind the property name.</summary>
    /// <exception cref="InvalidInputException">Not an object, or a value of the wrong kind: 400.</exception>
    public static ReservedParameters Read(ref Utf8JsonReader reader, string field)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return default;
        if (reader.TokenType != JsonTokenType.StartObject) throw JsonFields.Unexpected(field, "an object", reader.TokenType);

        Dictionary<string, InferParameter>? others = null;
        int? size = null;
        bool? binary = null, binaryOutput = null;
        var classes = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonFields.NameIs(ref reader, "binary_data_size"u8)) size = ReadCount(ref reader, field, "binary_data_size");
            else if (JsonFields.NameIs(ref reader, "binary_data"u8)) binary = ReadTruth(ref reader, field, "binary_data");
            else if (JsonFields.NameIs(ref reader, "binary_data_output"u8)) binaryOutput = ReadTruth(ref reader, field, "binary_data_output");
            else if (JsonFields.NameIs(ref reader, "classification"u8)) classes = ReadCount(ref reader, field, "classification");
            else ReadOther(ref reader, field, others ??= new(StringComparer.Ordinal));
        }
        return new ReservedParameters
        {
            Others = others,
            BinaryDataSize = size,
            BinaryData = binary,
            BinaryDataOutput = binaryOutput,
            Classification = classes,
        };
    }

    private static void ReadOther(ref Utf8JsonReader reader, string field, Dictionary<string, InferParameter> others)
    {
        var name = JsonFields.ReadText(ref reader, field);
        // Triton reserves this prefix and rejects it, so that no client relies on it.
        if (name.StartsWith("triton_", StringComparison.Ordinal))
            throw new InvalidInputException($"{field}: parameter names that begin with 'triton_' are reserved, got '{JsonFields.Shorten(name)}'");
        reader.Read();
        others[name] = JsonFields.ParameterOf(ref reader, field, name);
    }

    private static int ReadCount(ref Utf8JsonReader reader, string field, string name)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var count) && count >= 0
            ? count
            : throw new InvalidInputException($"{field}.{name} should be a whole number, 0 or more");
    }

    private static bool ReadTruth(ref Utf8JsonReader reader, string field, string name)
    {
        reader.Read();
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False
            ? reader.TokenType == JsonTokenType.True
            : throw JsonFields.Unexpected($"{field}.{name}", "a boolean", reader.TokenType);
    }
}
