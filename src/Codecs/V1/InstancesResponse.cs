using System.Text.Json;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V1;

/// <summary>
/// A model's tensors as a V1 answer. Rows in, rows out: <c>{"predictions":[…]}</c>, objects by output name when there are several outputs.
/// Columns in, columns out: <c>{"outputs":…}</c>.
/// </summary>
/// <param name="response">Owned by this answer.</param>
/// <param name="columns">Whether the request had <c>inputs</c> by column.</param>
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
            // Columns were requested, or the outputs have no common rows to be split into.
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
