using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V2;

/// <summary>Reads and writes V2 requests as JSON, with or without binary tensors. Unknown keys are ignored.</summary>
/// <remarks>Open Inference Protocol, <c>$inference_request</c>; binary tensor data extension.</remarks>
internal static class InferRequestJson
{
    /// <summary>Reads a body.</summary>
    /// <param name="json">JSON part of the body.</param>
    /// <param name="binary">Binary tensors after the JSON.</param>
    /// <param name="format">Representation of elements that JSON does not support.</param>
    /// <returns>The request, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">The body is not JSON, or a field is missing, has the wrong kind, or does not match the binary data: 400.</exception>
    public static InferRequest Read(ReadOnlySpan<byte> json, BinaryTensors binary, TensorJsonFormat format = default)
    {
        json = JsonText.SkipByteOrderMark(json);
        JsonText.RequireUtf8(json);
        if (format.NonFinite == NonFiniteNumbers.Literal) json = NonFiniteTokens.Quote(json);
        string? id = null;
        ReservedParameters parameters = default;
        List<RequestedOutput>? outputs = null;
        var inputs = new List<InferInput>();
        var hasInputs = false;
        try
        {
            var reader = new Utf8JsonReader(json, JsonFields.Options);
            JsonFields.Expect(ref reader, JsonTokenType.StartObject, "the request body");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonFields.NameIs(ref reader, "id"u8)) id = JsonFields.ReadOptionalString(ref reader, "id");
                else if (JsonFields.NameIs(ref reader, "parameters"u8)) parameters = ReservedParameters.Read(ref reader, "parameters");
                else if (JsonFields.NameIs(ref reader, "inputs"u8)) hasInputs = ReadInputs(ref reader, json, ref binary, inputs, format);
                else if (JsonFields.NameIs(ref reader, "outputs"u8)) outputs = ReadOutputs(ref reader);
                else reader.Skip();
            }
            // Only white space may follow; the reader throws otherwise.
            reader.Read();
            if (!hasInputs) throw new InvalidInputException("the request should have 'inputs', an array of tensors");
            binary.ExpectEnd();
            return new InferRequest
            {
                Id = id,
                Parameters = parameters.Others,
                Inputs = inputs,
                Outputs = outputs is { Count: > 0 } ? outputs : null,
                BinaryDataOutput = parameters.BinaryDataOutput ?? false,
            };
        }
        catch (Exception exception)
        {
            foreach (var input in inputs) input.Tensor.Dispose();
            JsonText.RequireDepth(json);
            if (exception is JsonException syntax) throw NonFiniteTokens.SyntaxError(json, syntax);
            throw;
        }
    }

    /// <summary>Writes the JSON part of a body.</summary>
    /// <param name="writer">Writer, positioned at a value.</param>
    /// <param name="request">The request.</param>
    /// <param name="binary">Whether binary tensors follow the JSON, in its order.</param>
    public static void Write(Utf8JsonWriter writer, InferRequest request, bool binary)
    {
        writer.WriteStartObject();
        if (request.Id is not null) writer.WriteString("id"u8, request.Id);
        if (request.BinaryDataOutput || request.Parameters is not null)
        {
            writer.WriteStartObject("parameters"u8);
            if (request.BinaryDataOutput) writer.WriteBoolean("binary_data_output"u8, true);
            JsonFields.WriteParameters(writer, request.Parameters);
            writer.WriteEndObject();
        }
        writer.WriteStartArray("inputs"u8);
        foreach (var input in request.Inputs) InferTensorJson.Write(writer, input.Name, input.Tensor, input.Parameters, binary ? null : default(TensorJsonFormat));
        writer.WriteEndArray();
        if (request.Outputs is { } outputs) WriteOutputs(writer, outputs);
        writer.WriteEndObject();
    }

    private static void WriteOutputs(Utf8JsonWriter writer, IReadOnlyList<RequestedOutput> outputs)
    {
        writer.WriteStartArray("outputs"u8);
        foreach (var output in outputs)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, output.Name);
            if (output.BinaryData is not null || output.Classification > 0 || output.Parameters is not null)
            {
                writer.WriteStartObject("parameters"u8);
                if (output.BinaryData is { } binaryData) writer.WriteBoolean("binary_data"u8, binaryData);
                if (output.Classification > 0) writer.WriteNumber("classification"u8, output.Classification);
                JsonFields.WriteParameters(writer, output.Parameters);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static bool ReadInputs(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref BinaryTensors binary, List<InferInput> inputs, TensorJsonFormat format)
    {
        JsonFields.Expect(ref reader, JsonTokenType.StartArray, "inputs");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            JsonFields.RequireRoom(inputs.Count, "inputs", "tensors");
            inputs.Add(InferTensorJson.Read(ref reader, json, ref binary, "input", inputs.Count, format));
        }
        return true;
    }

    private static List<RequestedOutput> ReadOutputs(ref Utf8JsonReader reader)
    {
        var outputs = new List<RequestedOutput>();
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return outputs;
        if (reader.TokenType != JsonTokenType.StartArray) throw JsonFields.Unexpected("outputs", "an array", reader.TokenType);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            JsonFields.RequireRoom(outputs.Count, "outputs", "entries");
            var where = $"outputs[{outputs.Count}]";
            if (reader.TokenType != JsonTokenType.StartObject) throw JsonFields.Unexpected(where, "an object", reader.TokenType);
            string? name = null;
            ReservedParameters parameters = default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonFields.NameIs(ref reader, "name"u8)) name = JsonFields.ReadString(ref reader, $"{where}.name");
                else if (JsonFields.NameIs(ref reader, "parameters"u8)) parameters = ReservedParameters.Read(ref reader, $"{where}.parameters");
                else reader.Skip();
            }
            if (name is null) throw new InvalidInputException($"{where} lacks 'name'");
            outputs.Add(new RequestedOutput(name, parameters.Others) { BinaryData = parameters.BinaryData, Classification = parameters.Classification });
        }
        return outputs;
    }
}
