using System.Text.Json;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Codecs.V1;

/// <summary>
/// Tensors as a V1 body: <c>{"instances":[…]}</c>, rows of the one input or objects by input name; <c>{"inputs":{…}}</c>, whole tensors by name, where the
/// inputs have no common rows to be split into.
/// </summary>
/// <remarks>TensorFlow Serving's row and column formats. Datatypes do not travel.</remarks>
internal static class InstancesRequest
{
    // Elements that are no text go as TensorFlow Serving takes them.
    private static readonly TensorJsonFormat Format = new(Base64: true);

    public static void Write(Utf8JsonWriter writer, InferRequest request)
    {
        var inputs = request.Inputs;
        writer.WriteStartObject();
        if (CommonRows(inputs) is not { } rows)
        {
            writer.WriteStartObject("inputs"u8);
            foreach (var input in inputs)
            {
                writer.WritePropertyName(input.Name);
                WriteWhole(writer, input);
            }
            writer.WriteEndObject();
        }
        else
        {
            writer.WritePropertyName("instances"u8);
            if (inputs.Count == 1) WriteWhole(writer, inputs[0]);
            else WriteRows(writer, inputs, rows);
        }
        writer.WriteEndObject();
    }

    private static void WriteRows(Utf8JsonWriter writer, IReadOnlyList<InferInput> inputs, long rows)
    {
        var positions = new int[inputs.Count];
        writer.WriteStartArray();
        for (var row = 0L; row < rows; row++)
        {
            writer.WriteStartObject();
            for (var i = 0; i < inputs.Count; i++)
            {
                writer.WritePropertyName(inputs[i].Name);
                new TensorJsonWriter(writer, Format).WriteNested(inputs[i].Tensor, axis: 1, ref positions[i], inputs[i].Name);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteWhole(Utf8JsonWriter writer, InferInput input)
    {
        var position = 0;
        new TensorJsonWriter(writer, Format).WriteNested(input.Tensor, axis: 0, ref position, input.Name);
    }

    private static long? CommonRows(IReadOnlyList<InferInput> inputs)
    {
        long? rows = null;
        foreach (var input in inputs)
        {
            if (input.Tensor.Shape.Rank == 0) return null;
            rows ??= input.Tensor.Shape[0];
            if (rows != input.Tensor.Shape[0]) return null;
        }
        return rows;
    }
}
