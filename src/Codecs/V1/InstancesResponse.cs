using System.Text.Json;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V1;

/// <summary>
/// A V1 response of a model's tensors. For rows in the request: <c>{"predictions":[…]}</c>, with objects by output name if there are several outputs.
/// For columns in the request: <c>{"outputs":…}</c>.
/// </summary>
/// <param name="response">The model's response. Takes ownership.</param>
/// <param name="columns">Whether the request has columns in <c>inputs</c>.</param>
/// <param name="format">How elements without a JSON value (NaN, infinities, binary) are written.</param>
internal sealed class InstancesResponse(InferResponse response, bool columns, TensorJsonFormat format) : PredictResponse
{
    public override void WriteTo(Utf8JsonWriter writer)
    {
        var outputs = response.Outputs;
        var tensors = new NamedTensorsWriter(writer, format);
        writer.WriteStartObject();
        writer.WritePropertyName(columns ? "outputs"u8 : "predictions"u8);
        if (outputs.Count == 1) tensors.WriteWhole(outputs[0].Name, outputs[0].Tensor);
        else
        {
            (string, Tensor)[] named = [.. outputs.Select(output => (output.Name, output.Tensor))];
            if (!columns && NamedTensorsWriter.CommonRows(named) is { } rows) tensors.WriteRows(named, rows);
            // Columns were requested, or the outputs have different numbers of rows.
            else tensors.WriteColumns(named);
        }
        writer.WriteEndObject();
    }

    protected override void Dispose(bool disposing)
    {
        response.Dispose();
        base.Dispose(disposing);
    }
}
