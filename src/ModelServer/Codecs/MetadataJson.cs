using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Codecs;

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
