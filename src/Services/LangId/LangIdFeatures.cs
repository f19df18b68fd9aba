using System.Buffers;
using System.Text;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.FastText;

namespace InferenceServices.Services.LangId;

/// <summary>A text as the rows of the model's embedding: a pure function of text and vocabulary.</summary>
/// <remarks>Lift Wing's <c>langid</c>: white space folded, ends trimmed, cut after the first code points, case kept.</remarks>
internal static class LangIdFeatures
{
    [ThreadStatic]
    private static ArrayBufferWriter<long>? _rows;

    /// <summary>INT64 [1, n], the mean of whose rows is the text.</summary>
    /// <param name="text">Any.</param>
    /// <param name="maxTextLength">Code points looked at.</param>
    /// <param name="tokenizer">Of the model's vocabulary.</param>
    /// <returns>The caller disposes it; null when the model knows no part of the text.</returns>
    public static Tensor? From(string text, int maxTextLength, FastTextTokenizer tokenizer)
    {
        const int MaxUtf8BytesPerCodePoint = 4;
        var utf8 = ArrayPool<byte>.Shared.Rent(maxTextLength * MaxUtf8BytesPerCodePoint);
        var rows = _rows ??= new ArrayBufferWriter<long>(1024);
        try
        {
            rows.ResetWrittenCount();
            tokenizer.Tokenize(utf8.AsSpan(0, Normalize(text, maxTextLength, utf8)), rows);
            return rows.WrittenCount == 0 ? null : Tensor.Of(Datatype.Int64, new Shape(1, rows.WrittenCount), rows.WrittenSpan);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }
    }

    /// <summary>Folds, trims and cuts.</summary>
    /// <returns>Bytes written.</returns>
    internal static int Normalize(string text, int maxTextLength, Span<byte> utf8)
    {
        var written = 0;
        var length = 0;
        var space = false;
        foreach (var rune in text.AsSpan().Trim().EnumerateRunes())
        {
            if (length == maxTextLength) break;
            var folds = Folds(rune);
            if (folds && space) continue;
            space = folds;
            written += (folds ? new Rune(' ') : rune).EncodeToUtf8(utf8[written..]);
            length++;
        }
        return written;
    }

    /// <summary>The part of a text that <see cref="Normalize"/> looks at.</summary>
    internal static TextInput Seen(string text, int maxTextLength)
    {
        var trimmed = text.AsSpan().Trim();
        var (length, end, space) = (0, 0, false);
        foreach (var rune in trimmed.EnumerateRunes())
        {
            if (length == maxTextLength) break;
            var folds = Folds(rune);
            if (!folds || !space) length++;
            space = folds;
            end += rune.Utf16SequenceLength;
        }
        var before = text.AsSpan(0, text.Length - text.AsSpan().TrimStart().Length);
        var start = 0;
        foreach (var _ in before.EnumerateRunes()) start++;
        return new TextInput(trimmed[..end].ToString(), start);
    }

    private static bool Folds(Rune rune) => rune.Value is ' ' or '\n' or '\r' or '\v' or '\t';
}
