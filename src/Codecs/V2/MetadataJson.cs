using System.Text.Json;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V2;

/// <summary>V2 model metadata as JSON.</summary>
/// <remarks>Open Inference Protocol, <c>$metadata_model_response</c>; <c>optional</c> and <c>labels</c> are additions, written only where they apply.</remarks>
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
            tensors.Add(new TensorMetadata(tensor.GetProperty("name").GetString()!, datatype, shape, ReadLabels(tensor))
            {
                IsOptional = tensor.TryGetProperty("optional", out var optional) && optional.ValueKind == JsonValueKind.True,
            });
        }
        return tensors;
    }

    private static string[]? ReadLabels(JsonElement tensor)
        => tensor.TryGetProperty("labels", out var labels) && labels.ValueKind == JsonValueKind.Array
            ? [.. labels.EnumerateArray().Select(label => label.GetString()!)]
            : null;

    private static void WriteLabels(Utf8JsonWriter writer, IReadOnlyList<string> labels)
    {
        writer.WriteStartArray("labels"u8);
        foreach (var label in labels) writer.WriteStringValue(label);
        writer.WriteEndArray();
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
            if (tensor.IsOptional) writer.WriteBoolean("optional"u8, true);
            if (tensor.Labels is { } labels) WriteLabels(writer, labels);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
