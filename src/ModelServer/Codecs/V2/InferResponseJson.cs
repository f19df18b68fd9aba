using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Codecs.V2;

/// <summary>A V2 response as JSON: nothing that is null, data flat.</summary>
/// <remarks>Open Inference Protocol, <c>$inference_response</c>.</remarks>
internal static class InferResponseJson
{
    /// <summary>Writes a body.</summary>
    public static void Write(Utf8JsonWriter writer, InferResponse response)
    {
        writer.WriteStartObject();
        writer.WriteString("model_name"u8, response.ModelName);
        if (response.ModelVersion is not null) writer.WriteString("model_version"u8, response.ModelVersion);
        if (response.Id is not null) writer.WriteString("id"u8, response.Id);
        JsonFields.WriteParameters(writer, response.Parameters);
        writer.WriteStartArray("outputs"u8);
        foreach (var output in response.Outputs) InferTensorJson.Write(writer, output.Name, output.Tensor, output.Parameters);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Reads a predictor's body.</summary>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Not a V2 response; what was wrong with it.</exception>
    public static InferResponse Read(ReadOnlySpan<byte> body)
    {
        string? modelName = null, modelVersion = null, id = null;
        var outputs = new List<InferOutput>();
        try
        {
            var reader = new Utf8JsonReader(body, JsonFields.Options);
            JsonFields.Expect(ref reader, JsonTokenType.StartObject, "the response body");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonFields.NameIs(ref reader, "model_name"u8)) modelName = ReadOptional(ref reader);
                else if (JsonFields.NameIs(ref reader, "model_version"u8)) modelVersion = ReadOptional(ref reader);
                else if (JsonFields.NameIs(ref reader, "id"u8)) id = ReadOptional(ref reader);
                else if (JsonFields.NameIs(ref reader, "outputs"u8)) ReadOutputs(ref reader, outputs);
                else reader.Skip();
            }
            return new InferResponse { ModelName = modelName ?? "", ModelVersion = modelVersion, Id = id, Outputs = outputs };
        }
        catch (Exception exception)
        {
            foreach (var output in outputs) output.Tensor.Dispose();
            if (exception is JsonException json) throw JsonText.Refusal(json);
            throw;
        }
    }

    private static void ReadOutputs(ref Utf8JsonReader reader, List<InferOutput> outputs)
    {
        JsonFields.Expect(ref reader, JsonTokenType.StartArray, "outputs");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var (name, tensor, parameters) = InferTensorJson.Read(ref reader, "output", outputs.Count);
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
