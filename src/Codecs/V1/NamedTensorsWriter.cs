using System.Text.Json;
using InferenceServices.Contracts.Tensors;

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
    public static long? CommonRows(ReadOnlySpan<(string Name, Tensor Tensor)> tensors)
    {
        long? rows = null;
        foreach (var (_, tensor) in tensors)
        {
            if (tensor.Shape.Rank == 0) return null;
            rows ??= tensor.Shape[0];
            if (rows != tensor.Shape[0]) return null;
        }
        return rows;
    }

    /// <summary>Writes one tensor, nested.</summary>
    public void WriteWhole(string name, Tensor tensor)
    {
        var position = 0;
        _elements.WriteNested(tensor, axis: 0, ref position, name);
    }

    /// <summary>Writes an object of whole tensors.</summary>
    public void WriteColumns(ReadOnlySpan<(string Name, Tensor Tensor)> tensors)
    {
        writer.WriteStartObject();
        foreach (var (name, tensor) in tensors)
        {
            writer.WritePropertyName(name);
            WriteWhole(name, tensor);
        }
        writer.WriteEndObject();
    }

    /// <summary>Writes an array of objects, each with one row of every tensor.</summary>
    public void WriteRows(ReadOnlySpan<(string Name, Tensor Tensor)> tensors, long rows)
    {
        Span<int> positions = stackalloc int[tensors.Length];
        writer.WriteStartArray();
        for (var row = 0L; row < rows; row++)
        {
            writer.WriteStartObject();
            for (var i = 0; i < tensors.Length; i++)
            {
                writer.WritePropertyName(tensors[i].Name);
                _elements.WriteNested(tensors[i].Tensor, axis: 1, ref positions[i], tensors[i].Name);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
