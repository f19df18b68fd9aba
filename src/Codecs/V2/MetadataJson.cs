using System.Text.Json;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V2;

/// <summary>V2 model metadata as JSON.</summary>
/// <remarks>Open Inference Protocol, <c>$metadata_model_response</c>.</remarks>
internal static class MetadataJson
{
    public static void Write(Utf8JsonWriter writer, ModelMetadata model)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, model.Name);
        writer.WriteStartArray("versions"u8);
        foreach (var version in model.Versions) writer.WriteStringValue(version);
        writer.WriteEndArray();
        writer.WriteString("platform"u8, model.Platform);
        WriteTensors(writer, "inputs", model.Inputs);
        WriteTensors(writer, "outputs", model.Outputs);
        writer.WriteEndObject();
    }

    /// <summary>Reads the body of a predictor's response.</summary>
    public static ModelMetadata Read(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        var model = json.RootElement;
        return new ModelMetadata(
            model.GetProperty("name").GetString()!,
            model.TryGetProperty("versions", out var versions) && versions.ValueKind == JsonValueKind.Array
                ? [.. versions.EnumerateArray().Select(version => version.GetString()!)]
                : [],
            model.GetProperty("platform").GetString()!,
            ReadTensors(model, "inputs"),
            ReadTensors(model, "outputs"));
    }

    private static List<TensorMetadata> ReadTensors(JsonElement model, string name)
    {
        var tensors = new List<TensorMetadata>();
        foreach (var tensor in model.GetProperty(name).EnumerateArray())
        {
            if (!DatatypeExtensions.TryParse(tensor.GetProperty("datatype").GetString(), out var datatype)) continue;
            var shape = new Shape([.. tensor.GetProperty("shape").EnumerateArray().Select(dim => dim.GetInt64())]);
            tensors.Add(new TensorMetadata(tensor.GetProperty("name").GetString()!, datatype, shape));
        }
        return tensors;
    }

    private static void WriteTensors(Utf8JsonWriter writer, string name, IReadOnlyList<TensorMetadata> tensors)
    {
        writer.WriteStartArray(name);
        foreach (var tensor in tensors)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, tensor.Name);
            writer.WriteString("datatype"u8, tensor.Datatype.ToWire());
            JsonFields.WriteShape(writer, tensor.Shape);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
