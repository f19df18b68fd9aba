using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Codecs.V2;

/// <summary>A V2 request as JSON. Keys it does not know are ignored.</summary>
/// <remarks>Open Inference Protocol, <c>$inference_request</c>.</remarks>
internal static class InferRequestJson
{
    /// <summary>Reads a body.</summary>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Not JSON, or a field missing or of the wrong kind: 400.</exception>
    public static InferRequest Read(ReadOnlySpan<byte> body)
    {
        JsonText.RequireUtf8(body);
        string? id = null;
        Dictionary<string, InferParameter>? parameters = null;
        List<RequestedOutput>? outputs = null;
        var inputs = new List<InferInput>();
        try
        {
            var reader = new Utf8JsonReader(body, JsonFields.Options);
            JsonFields.Expect(ref reader, JsonTokenType.StartObject, "the request body");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonFields.NameIs(ref reader, "id"u8)) id = JsonFields.ReadOptionalString(ref reader, "id");
                else if (JsonFields.NameIs(ref reader, "parameters"u8)) parameters = JsonFields.ReadParameters(ref reader, "parameters");
                else if (JsonFields.NameIs(ref reader, "inputs"u8)) ReadInputs(ref reader, inputs);
                else if (JsonFields.NameIs(ref reader, "outputs"u8)) outputs = ReadOutputs(ref reader);
                else reader.Skip();
            }
            // Nothing but white space may follow; the reader throws when something does.
            reader.Read();
            if (inputs.Count == 0) throw new InvalidInputException("the request should have 'inputs', an array of at least one tensor");
            return new InferRequest { Id = id, Parameters = parameters, Inputs = inputs, Outputs = outputs is { Count: > 0 } ? outputs : null };
        }
        catch (Exception exception)
        {
            foreach (var input in inputs) input.Tensor.Dispose();
            if (exception is JsonException json) throw JsonText.Refusal(json);
            throw;
        }
    }

    /// <summary>Writes a body.</summary>
    public static void Write(Utf8JsonWriter writer, InferRequest request)
    {
        writer.WriteStartObject();
        if (request.Id is not null) writer.WriteString("id"u8, request.Id);
        JsonFields.WriteParameters(writer, request.Parameters);
        writer.WriteStartArray("inputs"u8);
        foreach (var input in request.Inputs) InferTensorJson.Write(writer, input.Name, input.Tensor, input.Parameters);
        writer.WriteEndArray();
        if (request.Outputs is { } outputs)
        {
            writer.WriteStartArray("outputs"u8);
            foreach (var output in outputs)
            {
                writer.WriteStartObject();
                writer.WriteString("name"u8, output.Name);
                JsonFields.WriteParameters(writer, output.Parameters);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static void ReadInputs(ref Utf8JsonReader reader, List<InferInput> inputs)
    {
        JsonFields.Expect(ref reader, JsonTokenType.StartArray, "inputs");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            inputs.Add(InferTensorJson.Read(ref reader, "input", inputs.Count));
    }

    private static List<RequestedOutput> ReadOutputs(ref Utf8JsonReader reader)
    {
        var outputs = new List<RequestedOutput>();
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return outputs;
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new InvalidInputException($"outputs should be an array, got {JsonText.Name(reader.TokenType)}");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var where = $"outputs[{outputs.Count}]";
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new InvalidInputException($"{where} should be an object, got {JsonText.Name(reader.TokenType)}");
            string? name = null;
            Dictionary<string, InferParameter>? parameters = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonFields.NameIs(ref reader, "name"u8)) name = JsonFields.ReadString(ref reader, $"{where}.name");
                else if (JsonFields.NameIs(ref reader, "parameters"u8)) parameters = JsonFields.ReadParameters(ref reader, $"{where}.parameters");
                else reader.Skip();
            }
            outputs.Add(new RequestedOutput(name ?? throw new InvalidInputException($"{where} lacks 'name'"), parameters));
        }
        return outputs;
    }
}
