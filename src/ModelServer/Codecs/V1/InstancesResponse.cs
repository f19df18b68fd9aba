using System.Text.Json;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.Codecs.V1;

/// <summary>
/// A model's tensors as a V1 answer. Rows in, rows out: <c>{"predictions":[…]}</c>, objects by output name when there are several outputs.
/// Columns in, columns out: <c>{"outputs":…}</c>.
/// </summary>
/// <param name="response">Owned by this answer.</param>
/// <param name="columns">Whether the request had <c>inputs</c> by column.</param>
/// <param name="format">What stands for elements that JSON has no value for.</param>
internal sealed class InstancesResponse(InferResponse response, bool columns, TensorJsonFormat format) : PredictResponse
{
    public override void WriteTo(Utf8JsonWriter writer)
    {
        var outputs = response.Outputs;
        writer.WriteStartObject();
        writer.WritePropertyName(columns ? "outputs"u8 : "predictions"u8);
        if (outputs.Count == 1) WriteWhole(writer, outputs[0]);
        else if (!columns && CommonRows(outputs) is { } rows) WriteRows(writer, outputs, rows);
        // Columns were asked for, or the outputs have no common rows to be split into.
        else WriteColumns(writer, outputs);
        writer.WriteEndObject();
    }

    protected override void Dispose(bool disposing)
    {
        response.Dispose();
        base.Dispose(disposing);
    }

    private void WriteColumns(Utf8JsonWriter writer, IReadOnlyList<InferOutput> outputs)
    {
        writer.WriteStartObject();
        foreach (var output in outputs)
        {
            writer.WritePropertyName(output.Name);
            WriteWhole(writer, output);
        }
        writer.WriteEndObject();
    }

    private void WriteRows(Utf8JsonWriter writer, IReadOnlyList<InferOutput> outputs, long rows)
    {
        Span<int> positions = stackalloc int[outputs.Count];
        var tensors = new TensorJsonWriter(writer, format);
        writer.WriteStartArray();
        for (var row = 0L; row < rows; row++)
        {
            writer.WriteStartObject();
            for (var i = 0; i < outputs.Count; i++)
            {
                writer.WritePropertyName(outputs[i].Name);
                tensors.WriteNested(outputs[i].Tensor, axis: 1, ref positions[i], outputs[i].Name);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private void WriteWhole(Utf8JsonWriter writer, InferOutput output)
    {
        var position = 0;
        new TensorJsonWriter(writer, format).WriteNested(output.Tensor, axis: 0, ref position, output.Name);
    }

    private static long? CommonRows(IReadOnlyList<InferOutput> outputs)
    {
        long? rows = null;
        foreach (var output in outputs)
        {
            if (output.Tensor.Shape.Rank == 0) return null;
            rows ??= output.Tensor.Shape[0];
            if (rows != output.Tensor.Shape[0]) return null;
        }
        return rows;
    }
}
