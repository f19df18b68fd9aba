using System.Globalization;
using System.Text.Json;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V1;

/// <summary>Writes the status and the metadata of a model version in the form of TensorFlow Serving.</summary>
/// <remarks>TensorFlow Serving, RESTful API: <c>GetModelStatusResponse</c> and <c>GetModelMetadataResponse</c> as JSON.</remarks>
internal static class TensorFlowJson
{
    /// <summary>Writes the status of one version.</summary>
    public static void WriteStatus(Utf8JsonWriter writer, string version, bool isReady)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("model_version_status"u8);
        writer.WriteStartObject();
        writer.WriteString("version"u8, version);
        writer.WriteString("state"u8, isReady ? "AVAILABLE"u8 : "LOADING"u8);
        writer.WriteStartObject("status"u8);
        writer.WriteString("error_code"u8, "OK"u8);
        writer.WriteString("error_message"u8, ""u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Writes the metadata of one version.</summary>
    public static void WriteMetadata(Utf8JsonWriter writer, ModelMetadata model, string version)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("model_spec"u8);
        writer.WriteString("name"u8, model.Name);
        writer.WriteString("signature_name"u8, ""u8);
        writer.WriteString("version"u8, version);
        writer.WriteEndObject();
        writer.WriteStartObject("metadata"u8);
        writer.WriteStartObject("signature_def"u8);
        writer.WriteStartObject("signature_def"u8);
        writer.WriteStartObject("serving_default"u8);
        WriteTensors(writer, "inputs"u8, model.Inputs);
        WriteTensors(writer, "outputs"u8, model.Outputs);
        writer.WriteString("method_name"u8, "tensorflow/serving/predict"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteTensors(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<TensorMetadata> tensors)
    {
        writer.WriteStartObject(name);
        foreach (var tensor in tensors)
        {
            writer.WriteStartObject(tensor.Name);
            writer.WriteString("dtype"u8, NameOf(tensor.Datatype));
            writer.WriteStartObject("tensor_shape"u8);
            writer.WriteStartArray("dim"u8);
            foreach (var dim in tensor.Shape.AsSpan())
            {
                writer.WriteStartObject();
                // Protobuf's JSON has 64-bit integers as strings.
                writer.WriteString("size"u8, dim.ToString(CultureInfo.InvariantCulture));
                writer.WriteString("name"u8, ""u8);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteBoolean("unknown_rank"u8, false);
            writer.WriteEndObject();
            writer.WriteString("name"u8, tensor.Name);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static string NameOf(Datatype datatype) => datatype switch
    {
        Datatype.Fp16 => "DT_HALF",
        Datatype.Bf16 => "DT_BFLOAT16",
        Datatype.Fp32 => "DT_FLOAT",
        Datatype.Fp64 => "DT_DOUBLE",
        Datatype.Bytes => "DT_STRING",
        _ => "DT_" + datatype.ToWire(),
    };
}
