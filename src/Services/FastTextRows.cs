using System.Buffers;
using InferenceServices.Contracts.Tensors;
using InferenceServices.FastText;

namespace InferenceServices.Services;

/// <summary>Converts a text to the input tensor of a converted fastText model.</summary>
internal static class FastTextRows
{
    [ThreadStatic]
    private static ArrayBufferWriter<long>? _rows;

    /// <summary>Returns the embedding rows of a text, INT64 [1, n].</summary>
    /// <param name="utf8">Text in UTF-8.</param>
    /// <param name="tokenizer">Tokenizer of the model.</param>
    /// <returns>A tensor that the caller disposes; null if the text has no rows.</returns>
    public static Tensor? From(ReadOnlySpan<byte> utf8, FastTextTokenizer tokenizer)
    {
        var rows = _rows ??= new ArrayBufferWriter<long>(1024);
        rows.ResetWrittenCount();
        tokenizer.Tokenize(utf8, rows);
        return rows.WrittenCount == 0 ? null : Tensor.Of(Datatype.Int64, new Shape(1, rows.WrittenCount), rows.WrittenSpan);
    }
}
