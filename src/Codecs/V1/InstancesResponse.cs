using System.Text.Json;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V1;

/// <summary>
/// A V1 response of a model's tensors. For rows in the request: <c>{"predictions":[…]}</c>, with objects by output name if there are several outputs.
/// For columns in the request: <c>{"outputs":…}</c>.
/// </summary>
/// <param name="response">The model's response. Takes ownership.</param>
/// <param name="outputs">Metadata of the outputs.</param>
/// <param name="columns">Whether the request has columns in <c>inputs</c>.</param>
/// <param name="isInstance">Whether the outputs as a whole are the prediction of one instance: the model has no inputs, and so no rows.</param>
/// <param name="format">How elements without a JSON value (NaN, infinities, binary) are written.</param>
internal sealed class InstancesResponse(InferResponse response, IReadOnlyList<TensorMetadata> outputs, bool columns, bool isInstance, TensorJsonFormat format) : PredictResponse
{
    public override void WriteTo(Utf8JsonWriter writer)
    {
        var tensors = new NamedTensorsWriter(writer, format);
        writer.WriteStartObject();
        writer.WritePropertyName(columns ? "outputs"u8 : "predictions"u8);
        if (isInstance) writer.WriteStartArray();
        if (response.Outputs is [var sole]) tensors.WriteWhole(WithKeys(sole));
        else
        {
            NamedTensor[] named = [.. response.Outputs.Select(WithKeys)];
            if (!columns && !isInstance && NamedTensorsWriter.CommonRows(named) is { } rows) tensors.WriteRows(named, rows);
            // Columns were requested, or the outputs have different numbers of rows.
            else tensors.WriteColumns(named);
        }
        if (isInstance) writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private NamedTensor WithKeys(InferOutput output)
    {
        for (var i = 0; i < outputs.Count; i++)
            if (outputs[i].IsMap && outputs[i].Name == output.Name) return new NamedTensor(output.Name, output.Tensor, outputs[i].Labels);
        return new NamedTensor(output.Name, output.Tensor);
    }

    protected override void Dispose(bool disposing)
    {
        response.Dispose();
        base.Dispose(disposing);
    }
}
