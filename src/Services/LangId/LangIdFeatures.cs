using System.Buffers;
using System.Text;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.Tensors;
using InferenceServices.FastText;

namespace InferenceServices.Services.LangId;

/// <summary>Converts a text to embedding rows of the model.</summary>
/// <remarks>Same as Lift Wing's <c>langid</c>: collapses white space, trims, and limits the number of code points; case-sensitive.</remarks>
internal static class LangIdFeatures
{
    /// <summary>Returns the embedding rows of a text, INT64 [1, n].</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxTextLength">Maximum number of code points to use.</param>
    /// <param name="tokenizer">Tokenizer of the model.</param>
    /// <returns>A tensor that the caller disposes; null if the model has no row for any part of the text.</returns>
    public static Tensor? From(string text, int maxTextLength, FastTextTokenizer tokenizer)
    {
        const int MaxUtf8BytesPerCodePoint = 4;
        var utf8 = ArrayPool<byte>.Shared.Rent(maxTextLength * MaxUtf8BytesPerCodePoint);
        try
        {
            return FastTextRows.From(utf8.AsSpan(0, Normalize(text, maxTextLength, utf8)), tokenizer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }
    }

    /// <summary>Collapses white space, trims and truncates a text.</summary>
    /// <returns>Number of bytes written to <paramref name="utf8"/>.</returns>
    internal static int Normalize(string text, int maxTextLength, Span<byte> utf8)
    {
        var written = 0;
        var length = 0;
        var afterSpace = false;
        foreach (var rune in PythonWhitespace.Trim(text).EnumerateRunes())
        {
            if (length == maxTextLength) break;
            var isSpace = IsWhitespace(rune);
            if (isSpace && afterSpace) continue;
            afterSpace = isSpace;
            written += (isSpace ? new Rune(' ') : rune).EncodeToUtf8(utf8[written..]);
            length++;
        }
        return written;
    }

    /// <summary>Returns the part of a text that <see cref="Normalize"/> uses.</summary>
    internal static TextInput VisibleText(string text, int maxTextLength)
    {
        var trimmed = PythonWhitespace.Trim(text);
        var (length, end, afterSpace) = (0, 0, false);
        foreach (var rune in trimmed.EnumerateRunes())
        {
            if (length == maxTextLength) break;
            var isSpace = IsWhitespace(rune);
            if (!isSpace || !afterSpace) length++;
            afterSpace = isSpace;
            end += rune.Utf16SequenceLength;
        }
        var before = text.AsSpan(0, text.Length - PythonWhitespace.TrimStart(text).Length);
        var start = 0;
        foreach (var _ in before.EnumerateRunes()) start++;
        return new TextInput(trimmed[..end].ToString(), start);
    }

    private static bool IsWhitespace(Rune rune) => rune.Value is ' ' or '\n' or '\r' or '\v' or '\t';
}
