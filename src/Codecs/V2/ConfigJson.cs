using System.Text.Json;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V2;

/// <summary>A model's configuration in Triton's words, for clients that read it before they measure.</summary>
/// <remarks>
/// Triton, <c>extension_model_configuration.md</c> and <c>model_config.proto</c>. A batch size of 0 says that shapes are given whole, the first axis
/// too; every version on disk is served; one session, which all executors share, is one instance.
/// </remarks>
internal static class ConfigJson
{
    public static void Write(Utf8JsonWriter writer, ModelMetadata model)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, model.Name);
        writer.WriteString("platform"u8, model.Platform);
        // A service has no platform: it is no file that a runtime loads.
        writer.WriteString("backend"u8, model.Platform.Length == 0 ? ""u8 : "onnxruntime"u8);
        writer.WriteString("runtime"u8, ""u8);
        writer.WriteStartObject("version_policy"u8);
        writer.WriteStartObject("all"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteNumber("max_batch_size"u8, 0);
        WriteTensors(writer, "input"u8, model.Inputs, areInputs: true);
        WriteTensors(writer, "output"u8, model.Outputs, areInputs: false);
        WriteInstances(writer, model);
        writer.WriteString("default_model_filename"u8, model.Platform.Length == 0 ? ""u8 : "model.onnx"u8);
        WriteEmptyObject(writer, "cc_model_filenames"u8);
        WriteEmptyObject(writer, "metric_tags"u8);
        WriteEmptyObject(writer, "parameters"u8);
        writer.WriteEndObject();
    }

    /// <summary>Triton's name for a datatype.</summary>
    public static string NameOf(Datatype datatype) => datatype == Datatype.Bytes ? "TYPE_STRING" : "TYPE_" + datatype.ToWire();

    private static void WriteTensors(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<TensorMetadata> tensors, bool areInputs)
    {
        writer.WriteStartArray(name);
        foreach (var tensor in tensors)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, tensor.Name);
            writer.WriteString("data_type"u8, NameOf(tensor.Datatype));
            writer.WriteStartArray("dims"u8);
            foreach (var dim in tensor.Shape.AsSpan()) writer.WriteNumberValue(dim);
            writer.WriteEndArray();
            writer.WriteBoolean("is_shape_tensor"u8, false);
            if (areInputs)
            {
                writer.WriteBoolean("allow_ragged_batch"u8, false);
                writer.WriteBoolean("optional"u8, false);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteInstances(Utf8JsonWriter writer, ModelMetadata model)
    {
        writer.WriteStartArray("instance_group"u8);
        writer.WriteStartObject();
        writer.WriteString("name"u8, model.Name);
        writer.WriteString("kind"u8, "KIND_CPU"u8);
        writer.WriteNumber("count"u8, 1);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteEmptyObject(Utf8JsonWriter writer, ReadOnlySpan<byte> name)
    {
        writer.WriteStartObject(name);
        writer.WriteEndObject();
    }
}
