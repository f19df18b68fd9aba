using System.Buffers;
using System.Text;
using InferenceServices.Contracts.Tensors;
using InferenceServices.FastText;

namespace InferenceServices.Services.OutlinkTopic;

/// <summary>Converts Wikidata items to embedding rows of the model.</summary>
internal static class OutlinkTopicFeatures
{
    /// <summary>Returns the embedding rows of an article, INT64 [1, n].</summary>
    /// <param name="text">Items such as <c>Q114</c>, separated by spaces; empty for an article without links, which has only the end-of-sentence row.</param>
    /// <param name="tokenizer">Tokenizer of the model.</param>
    /// <returns>A tensor that the caller disposes; null if the model has no row for any item or the end of sentence.</returns>
    public static Tensor? From(string text, FastTextTokenizer tokenizer)
    {
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            return FastTextRows.From(utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, utf8)), tokenizer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }
    }
}
