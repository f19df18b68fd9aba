using System.Buffers;
using System.Text;
using InferenceServices.Contracts.Tensors;
using InferenceServices.FastText;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>Wikidata items as the rows of the model's embedding: a pure function of items and vocabulary.</summary>
internal static class OutlinkTopicFeatures
{
    [ThreadStatic]
    private static ArrayBufferWriter<long>? _rows;

    /// <summary>INT64 [1, n], the mean of whose rows is the article.</summary>
    /// <param name="text">Items as <c>Q114</c>, a space between two; empty for an article without links, of which the end of the text is all there is.</param>
    /// <param name="tokenizer">Of the model's vocabulary.</param>
    /// <returns>The caller disposes it; null when the model knows none of it, and no end of a text either.</returns>
    public static Tensor? From(string text, FastTextTokenizer tokenizer)
    {
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var rows = _rows ??= new ArrayBufferWriter<long>(1024);
        try
        {
            rows.ResetWrittenCount();
            tokenizer.Tokenize(utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, utf8)), rows);
            return rows.WrittenCount == 0 ? null : Tensor.Of(Datatype.Int64, new Shape(1, rows.WrittenCount), rows.WrittenSpan);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }
    }
}
