using System.Text;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs;

/// <summary>Reads and writes fields that the protocol's JSON objects share. Each read method starts at a property name.</summary>
internal static class JsonFields
{
    // As many as a gRPC message may have: each becomes objects that take more memory than its text.
    private const int MaxEntries = 16_384;

    public static readonly JsonReaderOptions Options = new() { MaxDepth = JsonText.MaxDepth };

    /// <summary>Rejects one more entry of a list or an object that has too many.</summary>
    public static void RequireRoom(int count, string field, string entries)
    {
        if (count >= MaxEntries) throw new InvalidInputException($"{field} should have at most {MaxEntries} {entries}");
    }

    /// <summary>Advances to the value of a property and requires its kind.</summary>
    public static void Expect(ref Utf8JsonReader reader, JsonTokenType kind, string field)
    {
        reader.Read();
        if (reader.TokenType != kind) throw Unexpected(field, JsonText.Name(kind), reader.TokenType);
    }

    /// <summary>Returns whether the current property name of the reader is this one.</summary>
    /// <remarks>The reader's own comparison throws on an escape of an unpaired surrogate.</remarks>
    public static bool NameIs(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
        => reader.ValueIsEscaped ? ReadText(ref reader, "a key") == Encoding.UTF8.GetString(name) : reader.ValueTextEquals(name);

    /// <summary>Returns whether the current property name of the reader is this one.</summary>
    public static bool NameIs(ref Utf8JsonReader reader, string name)
        => reader.ValueIsEscaped ? ReadText(ref reader, "a key") == name : reader.ValueTextEquals(name);

    public static string ReadString(ref Utf8JsonReader reader, string field)
    {
        Expect(ref reader, JsonTokenType.String, field);
        return ReadText(ref reader, field);
    }

    /// <summary>Returns the current string of the reader.</summary>
    public static string ReadText(ref Utf8JsonReader reader, string field)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidInputException($"{field} should be text, got an escape that is half a character", exception);
        }
    }

    /// <summary>As <see cref="ReadString"/>, but null is the same as absent: generated clients write every optional field.</summary>
    public static string? ReadOptionalString(ref Utf8JsonReader reader, string field)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return null;
        return reader.TokenType == JsonTokenType.String
            ? ReadText(ref reader, field)
            : throw Unexpected(field, JsonText.Name(JsonTokenType.String), reader.TokenType);
    }

    public static Shape ReadShape(ref Utf8JsonReader reader, string field)
    {
        Expect(ref reader, JsonTokenType.StartArray, field);
        Span<long> dims = stackalloc long[32];
        var rank = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (rank == dims.Length) throw new InvalidInputException($"{field} should have at most {dims.Length} axes");
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out dims[rank]) || dims[rank] < 0)
                throw new InvalidInputException($"{field} should be an array of whole numbers, 0 or more; axis {rank} is not");
            rank++;
        }
        return new Shape(dims[..rank].ToArray());
    }

    public static Datatype ReadDatatype(ref Utf8JsonReader reader, string field)
    {
        var text = ReadString(ref reader, field);
        return DatatypeExtensions.TryParse(text, out var datatype)
            ? datatype
            : throw new InvalidInputException($"{field} should be one of the protocol's datatypes such as FP32, got '{text}'");
    }

    /// <summary>Returns the current parameter value of the reader.</summary>
    public static InferParameter ParameterOf(ref Utf8JsonReader reader, string field, string name) => reader.TokenType switch
    {
        JsonTokenType.String => InferParameter.Of(ReadText(ref reader, field)),
        JsonTokenType.True => InferParameter.Of(true),
        JsonTokenType.False => InferParameter.Of(false),
        JsonTokenType.Number => reader.TryGetInt64(out var integer) ? InferParameter.Of(integer) : InferParameter.Of(ReadFraction(ref reader, field, name)),
        _ => throw Unexpected($"{field}.{name}", "a string, number or boolean", reader.TokenType),
    };

    /// <summary>Creates the error for a value of another kind.</summary>
    public static InvalidInputException Unexpected(string field, string expected, JsonTokenType got)
        => new($"{field} should be {expected}, got {JsonText.Name(got)}");

    /// <summary>Writes parameters into the current object.</summary>
    public static void WriteParameters(Utf8JsonWriter writer, IReadOnlyDictionary<string, InferParameter>? parameters)
    {
        if (parameters is null) return;
        foreach (var (name, value) in parameters)
        {
            if (value.StringValue is { } text) writer.WriteString(name, text);
            else if (value.BoolValue is { } flag) writer.WriteBoolean(name, flag);
            else if (value.Int64Value is { } integer) writer.WriteNumber(name, integer);
            else if (value.DoubleValue is { } number) writer.WriteNumber(name, number);
        }
    }

    public static void WriteShape(Utf8JsonWriter writer, Shape shape)
    {
        writer.WriteStartArray("shape"u8);
        foreach (var dim in shape.AsSpan()) writer.WriteNumberValue(dim);
        writer.WriteEndArray();
    }

    private static double ReadFraction(ref Utf8JsonReader reader, string field, string name)
        => reader.TryGetDouble(out var fraction) && double.IsFinite(fraction)
            ? fraction
            : throw new InvalidInputException($"{field}.{name} should be a number that FP64 can hold");
}
