using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V2;

/// <summary>Reads a <c>parameters</c> object and separates the parameters of extensions from those of the client.</summary>
/// <remarks>Binary tensor data and classification extensions, which define the objects that can have each parameter.</remarks>
internal readonly struct ReservedParameters
{
    /// <summary>Gets the parameters that are not reserved; null for none.</summary>
    public IReadOnlyDictionary<string, InferParameter>? Others { get; private init; }

    /// <summary>Gets the size of a tensor's binary data; null if absent.</summary>
    public int? BinaryDataSize { get; private init; }

    /// <summary>Gets whether a requested output is binary; null if absent.</summary>
    public bool? BinaryData { get; private init; }

    /// <summary>Gets the default of a request for outputs without their own parameter; null if absent.</summary>
    public bool? BinaryDataOutput { get; private init; }

    /// <summary>Gets the number of classes of a requested output; 0 for the tensor.</summary>
    public int Classification { get; private init; }

    /// <summary>Reads the value of the current property.</summary>
    /// <exception cref="InvalidInputException">The value is not an object, or a parameter has the wrong kind: 400.</exception>
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
            throw new InvalidInputException($"{field}: parameter names that begin with 'triton_' are reserved, got '{name}'");
        JsonFields.RequireRoom(others.Count, field, "entries");
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
