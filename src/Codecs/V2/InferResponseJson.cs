using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V2;

/// <summary>Reads and writes V2 responses as JSON, with or without binary tensors. Data are flat; null fields are not written.</summary>
/// <remarks>Open Inference Protocol, <c>$inference_response</c>; binary tensor data extension.</remarks>
internal static class InferResponseJson
{
    /// <summary>Writes the JSON part of a body.</summary>
    /// <param name="writer">Writer, positioned at a value.</param>
    /// <param name="response">The response.</param>
    /// <param name="binary">The outputs that are binary tensors after the JSON.</param>
    /// <param name="format">How elements without a JSON value (NaN, infinities, binary) are written.</param>
    public static void Write(Utf8JsonWriter writer, InferResponse response, BinaryOutputs binary, TensorJsonFormat format = default)
    {
        writer.WriteStartObject();
        writer.WriteString("model_name"u8, response.ModelName);
        if (response.ModelVersion is not null) writer.WriteString("model_version"u8, response.ModelVersion);
        if (response.Id is not null) writer.WriteString("id"u8, response.Id);
        if (response.Parameters is { } parameters)
        {
            writer.WriteStartObject("parameters"u8);
            JsonFields.WriteParameters(writer, parameters);
            writer.WriteEndObject();
        }
        writer.WriteStartArray("outputs"u8);
        foreach (var output in response.Outputs)
            InferTensorJson.Write(writer, output.Name, output.Tensor, output.Parameters, binary.Includes(output.Name) ? null : format);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Reads the body of a predictor's response.</summary>
    /// <param name="json">JSON part of the body.</param>
    /// <param name="binary">Binary tensors after the JSON.</param>
    /// <returns>The response, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">The body is not a V2 response; the message has the reason.</exception>
    public static InferResponse Read(ReadOnlySpan<byte> json, BinaryTensors binary)
    {
        string? modelName = null, modelVersion = null, id = null;
        var complete = false;
        var outputs = new List<InferOutput>();
        try
        {
            var reader = new Utf8JsonReader(json, JsonFields.Options);
            JsonFields.Expect(ref reader, JsonTokenType.StartObject, "the response body");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonFields.NameIs(ref reader, "model_name"u8)) modelName = ReadOptional(ref reader);
                else if (JsonFields.NameIs(ref reader, "model_version"u8)) modelVersion = ReadOptional(ref reader);
                else if (JsonFields.NameIs(ref reader, "id"u8)) id = ReadOptional(ref reader);
                else if (JsonFields.NameIs(ref reader, "outputs"u8))
                {
                    ReadOutputs(ref reader, json, ref binary, outputs);
                    complete = true;
                }
                else reader.Skip();
            }
            // Only white space may follow; the reader throws otherwise.
            reader.Read();
            if (!complete) throw new InvalidInputException("the response should have 'outputs', an array of tensors");
            binary.ExpectEnd();
            return new InferResponse { ModelName = modelName ?? "", ModelVersion = modelVersion, Id = id, Outputs = outputs };
        }
        catch (Exception exception)
        {
            foreach (var output in outputs) output.Tensor.Dispose();
            if (exception is JsonException syntax) throw NonFiniteTokens.SyntaxError(json, syntax);
            throw;
        }
    }

    private static void ReadOutputs(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref BinaryTensors binary, List<InferOutput> outputs)
    {
        JsonFields.Expect(ref reader, JsonTokenType.StartArray, "outputs");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var (name, tensor, parameters) = InferTensorJson.Read(ref reader, json, ref binary, "output", outputs.Count, default);
            outputs.Add(new InferOutput(name, tensor, parameters));
        }
    }

    // KServe's servers write explicit nulls.
    private static string? ReadOptional(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }
}
