using System.Text.Json;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V1;

/// <summary>
/// Writes tensors as a V1 body: <c>{"instances":[…]}</c>, rows of the only input or objects by input name; <c>{"inputs":{…}}</c>, tensors by name, if the
/// inputs have different numbers of rows.
/// </summary>
/// <remarks>TensorFlow Serving's row and column formats, which do not include datatypes.</remarks>
internal static class InstancesRequest
{
    public static void Write(Utf8JsonWriter writer, InferRequest request)
    {
        NamedTensor[] named = [.. request.Inputs.Select(input => new NamedTensor(input.Name, input.Tensor))];
        // Elements that are not UTF-8 have the format of TensorFlow Serving.
        var tensors = new NamedTensorsWriter(writer, TensorJsonFormat.PredictorV1);
        var rows = NamedTensorsWriter.CommonRows(named);
        writer.WriteStartObject();
        writer.WritePropertyName(rows is null ? "inputs"u8 : "instances"u8);
        if (rows is null) tensors.WriteColumns(named);
        else if (named is [var sole]) tensors.WriteWhole(sole);
        else tensors.WriteRows(named, rows.Value);
        writer.WriteEndObject();
    }
}
