using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V2;

/// <summary>
/// Reads and writes a V2 tensor object: <c>name</c>, <c>shape</c>, <c>datatype</c>, <c>parameters</c> and <c>data</c>, in any order; with
/// <c>parameters.binary_data_size</c> instead of <c>data</c>, the elements are binary data after the JSON.
/// </summary>
/// <remarks>Open Inference Protocol, <c>$request_input</c> and <c>$response_output</c>, which have the same fields.</remarks>
internal static class InferTensorJson
{
    /// <summary>Reads the current object of the reader.</summary>
    /// <param name="reader">Reader at the first token of the object; at its last token afterwards.</param>
    /// <param name="json">The text that the reader reads.</param>
    /// <param name="binary">Binary tensors after the JSON.</param>
    /// <param name="kind"><c>input</c> or <c>output</c>, for error messages.</param>
    /// <param name="index">Index in the list, for error messages before the name is known.</param>
    /// <param name="format">Representation of elements that JSON does not support.</param>
    /// <exception cref="InvalidInputException">A field is missing, has the wrong kind, or is inconsistent with another: 400.</exception>
    public static InferInput Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref BinaryTensors binary, string kind, int index, TensorJsonFormat format)
    {
        string? name = null;
        Shape? shape = null;
        Datatype? datatype = null;
        ReservedParameters parameters = default;
        Tensor? tensor = null;
        // Position of `data`, if it precedes the fields that are needed to read it.
        Utf8JsonReader early = default;
        var where = $"{kind}s[{index}]";

        if (reader.TokenType != JsonTokenType.StartObject) throw JsonFields.Unexpected(where, "an object", reader.TokenType);
        try
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonFields.NameIs(ref reader, "name"u8)) name = JsonFields.ReadString(ref reader, $"{where}.name");
                else if (JsonFields.NameIs(ref reader, "shape"u8)) shape = JsonFields.ReadShape(ref reader, $"{where}.shape");
                else if (JsonFields.NameIs(ref reader, "datatype"u8)) datatype = JsonFields.ReadDatatype(ref reader, $"{where}.datatype");
                else if (JsonFields.NameIs(ref reader, "parameters"u8)) parameters = ReservedParameters.Read(ref reader, $"{where}.parameters");
                else if (JsonFields.NameIs(ref reader, "data"u8) && tensor is null && early.TokenType == JsonTokenType.None)
                {
                    JsonFields.Expect(ref reader, JsonTokenType.StartArray, $"{where}.data");
                    if (name is not null && shape is not null && datatype is not null)
                        tensor = ReadData(ref reader, json, $"{kind} '{name}'", datatype.Value, shape.Value, format);
                    else
                    {
                        early = reader;
                        reader.Skip();
                    }
                }
                else reader.Skip();
            }
            if (name is null) throw new InvalidInputException($"{where} lacks 'name'");
            if (shape is null) throw new InvalidInputException($"{kind} '{name}' lacks 'shape'");
            if (datatype is null) throw new InvalidInputException($"{kind} '{name}' lacks 'datatype'");
            if (parameters.BinaryDataSize is { } size)
            {
                if (tensor is not null || early.TokenType != JsonTokenType.None)
                    throw new InvalidInputException($"{kind} '{name}' must set only one of 'data' and 'binary_data_size' in 'parameters'");
                tensor = binary.Take(name, datatype.Value, shape.Value, size);
            }
            else if (tensor is null)
            {
                if (early.TokenType == JsonTokenType.None) throw new InvalidInputException($"{kind} '{name}' lacks 'data'");
                tensor = ReadData(ref early, json, $"{kind} '{name}'", datatype.Value, shape.Value, format);
            }
            return new InferInput(name, tensor, parameters.Others);
        }
        catch
        {
            tensor?.Dispose();
            throw;
        }
    }

    /// <summary>Writes one tensor object.</summary>
    /// <param name="writer">Writer, positioned at a value.</param>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="tensor">Tensor with datatype, shape and data.</param>
    /// <param name="parameters">Parameters; null for none.</param>
    /// <param name="format">Format of the data in the JSON; null for binary data after the JSON.</param>
    public static void Write(
        Utf8JsonWriter writer, string name, Tensor tensor, IReadOnlyDictionary<string, InferParameter>? parameters, TensorJsonFormat? format)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, name);
        JsonFields.WriteShape(writer, tensor.Shape);
        writer.WriteString("datatype"u8, tensor.Datatype.ToWire());
        if (format is null || parameters is not null)
        {
            writer.WriteStartObject("parameters"u8);
            if (format is null) writer.WriteNumber("binary_data_size"u8, tensor.Bytes.Length);
            JsonFields.WriteParameters(writer, parameters);
            writer.WriteEndObject();
        }
        if (format is { } json)
        {
            writer.WritePropertyName("data"u8);
            new TensorJsonWriter(writer, json).WriteFlat(tensor, name);
        }
        writer.WriteEndObject();
    }

    private static Tensor ReadData(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string name, Datatype datatype, Shape shape, TensorJsonFormat format)
    {
        if (!shape.TryGetElementCount(out var count)) throw new InvalidInputException($"{name}: byte size overflow for input of shape {shape}");
        // The declared element count allocates no memory: the size of the body limits the number of values.
        var room = (int)Math.Min(count, 65_536);
        using var builder = new TensorBuilder(datatype, room);
        // Flat data, the usual form, need no shape of their own.
        var nesting = IsNested(reader) ? new NestedShape(name) : null;
        TensorJsonReader.Read(ref reader, json, builder, nesting, name, format);
        if (nesting?.Complete() is { } found && !Matches(found, shape)) throw new InvalidInputException($"{name}: 'data' is nested as {found}, but 'shape' is {shape}");
        return builder.Count == count
            ? builder.Build(shape)
            : throw new InvalidInputException($"{name}: shape {shape} needs {count} values, got {builder.Count}");
    }

    private static bool IsNested(Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.StartArray;

    // Arrays do not show the axes behind an empty axis.
    private static bool Matches(Shape found, Shape declared)
        => found == declared || (found.AsSpan() is [.., 0] && declared.AsSpan().StartsWith(found.AsSpan()));
}
