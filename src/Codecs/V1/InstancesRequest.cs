using System.Text.Json;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V1;

/// <summary>
/// Tensors as a V1 body: <c>{"instances":[…]}</c>, rows of the one input or objects by input name; <c>{"inputs":{…}}</c>, whole tensors by name, where the
/// inputs have no common rows to be split into.
/// </summary>
/// <remarks>TensorFlow Serving's row and column formats. Datatypes do not travel.</remarks>
internal static class InstancesRequest
{
    public static void Write(Utf8JsonWriter writer, InferRequest request)
    {
        (string, Tensor)[] named = [.. request.Inputs.Select(input => (input.Name, input.Tensor))];
        // Elements that are no text go as TensorFlow Serving takes them.
        var tensors = new NamedTensorsWriter(writer, TensorJsonFormat.PredictorV1);
        var rows = NamedTensorsWriter.CommonRows(named);
        writer.WriteStartObject();
        writer.WritePropertyName(rows is null ? "inputs"u8 : "instances"u8);
        if (rows is null) tensors.WriteColumns(named);
        else if (named is [var (name, tensor)]) tensors.WriteWhole(name, tensor);
        else tensors.WriteRows(named, rows.Value);
        writer.WriteEndObject();
    }
}
