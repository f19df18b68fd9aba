using System.Text.Json;

namespace InferenceServices.Codecs.V1;

/// <summary>Writes named tensors for V1, row by row or whole.</summary>
/// <param name="writer">Writer, positioned at a value.</param>
/// <param name="format">How elements without a JSON value (NaN, infinities, binary) are written.</param>
/// <remarks>TensorFlow Serving's row and column formats.</remarks>
internal readonly struct NamedTensorsWriter(Utf8JsonWriter writer, TensorJsonFormat format)
{
    private readonly TensorJsonWriter _elements = new(writer, format);

    /// <summary>Returns the number of rows that all tensors share.</summary>
    /// <returns>Null if tensors are scalars or have different numbers of rows.</returns>
    public static long? CommonRows(ReadOnlySpan<NamedTensor> tensors)
    {
        long? rows = null;
        foreach (var named in tensors)
        {
            var shape = named.Tensor.Shape;
            if (shape.Rank == 0) return null;
            rows ??= shape[0];
            if (rows != shape[0]) return null;
        }
        return rows;
    }

    /// <summary>Writes one tensor, nested.</summary>
    public void WriteWhole(NamedTensor tensor)
    {
        var position = 0;
        _elements.WriteNested(tensor, axis: 0, ref position);
    }

    /// <summary>Writes an object of whole tensors.</summary>
    public void WriteColumns(ReadOnlySpan<NamedTensor> tensors)
    {
        writer.WriteStartObject();
        foreach (var tensor in tensors)
        {
            writer.WritePropertyName(tensor.Name);
            WriteWhole(tensor);
        }
        writer.WriteEndObject();
    }

    /// <summary>Writes an array of objects, each with one row of every tensor.</summary>
    public void WriteRows(ReadOnlySpan<NamedTensor> tensors, long rows)
    {
        Span<int> positions = stackalloc int[tensors.Length];
        writer.WriteStartArray();
        for (var row = 0L; row < rows; row++)
        {
            writer.WriteStartObject();
            for (var i = 0; i < tensors.Length; i++)
            {
                writer.WritePropertyName(tensors[i].Name);
                _elements.WriteNested(tensors[i], axis: 1, ref positions[i]);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
