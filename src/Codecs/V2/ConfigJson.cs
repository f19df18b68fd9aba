using System.Text.Json;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V2;

/// <summary>Writes the configuration of a model as JSON, with every key that Triton writes.</summary>
internal static class ConfigJson
{
    /// <summary>Writes the object.</summary>
    public static void Write(Utf8JsonWriter writer, ModelConfiguration model)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, model.Name);
        writer.WriteString("platform"u8, model.Platform);
        writer.WriteString("backend"u8, model.Backend);
        writer.WriteString("runtime"u8, ""u8);
        WritePolicy(writer, model);
        writer.WriteNumber("max_batch_size"u8, 0);
        WriteTensors(writer, "input"u8, model.Inputs, areInputs: true);
        WriteTensors(writer, "output"u8, model.Outputs, areInputs: false);
        WriteInstances(writer, model);
        writer.WriteString("default_model_filename"u8, model.DefaultModelFileName);
        WriteEmptyObject(writer, "cc_model_filenames"u8);
        WriteEmptyObject(writer, "metric_tags"u8);
        WriteEmptyObject(writer, "parameters"u8);
        writer.WriteEndObject();
    }

    /// <summary>Returns Triton's name of a datatype.</summary>
    public static string NameOf(Datatype datatype) => datatype == Datatype.Bytes ? "TYPE_STRING" : "TYPE_" + datatype.ToWire();

    private static void WritePolicy(Utf8JsonWriter writer, ModelConfiguration model)
    {
        writer.WriteStartObject("version_policy"u8);
        if (model.LatestVersions is { } latest)
        {
            writer.WriteStartObject("latest"u8);
            writer.WriteNumber("num_versions"u8, latest);
            writer.WriteEndObject();
        }
        else if (model.SpecificVersions is { } versions)
        {
            writer.WriteStartObject("specific"u8);
            writer.WriteStartArray("versions"u8);
            foreach (var version in versions) writer.WriteNumberValue(version);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        else WriteEmptyObject(writer, "all"u8);
        writer.WriteEndObject();
    }

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
                writer.WriteBoolean("optional"u8, tensor.IsOptional);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteInstances(Utf8JsonWriter writer, ModelConfiguration model)
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
