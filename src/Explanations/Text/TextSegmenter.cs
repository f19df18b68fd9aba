using System.Globalization;
using System.Text;
using InferenceServices.Explanations.Requests;

namespace InferenceServices.Explanations.Text;

/// <summary>Splits a text into parts.</summary>
internal static class TextSegmenter
{
    // Ranges of scripts without spaces: Thai, Lao, Burmese, Khmer, kana, Han.
    private static readonly (int First, int Last)[] Unspaced =
        [(0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)];

    /// <summary>Splits a text. The parts with their trailing white space cover the whole text after leading white space.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="unit">Unit of a part.</param>
    /// <returns>Parts in order; empty for white space only.</returns>
    public static IReadOnlyList<TextPart> Segment(string text, TextUnit unit)
    {
        var parts = new List<TextPart>();
        for (var start = SkipSpace(text, 0); start < text.Length;)
        {
            var end = unit == TextUnit.Word ? EndOfWord(text, start) : EndOfSpan(text, start);
            var next = SkipSpace(text, end);
            parts.Add(new TextPart(start, text.AsSpan(start, end - start).TrimEnd().Length, next - start));
            start = next;
        }
        return parts;
    }

    /// <summary>Joins the retained parts of a text.</summary>
    public static string Join(string text, IReadOnlyList<TextPart> parts, bool[] isRetained)
    {
        var joined = new StringBuilder(text.Length);
        for (var index = 0; index < parts.Count; index++)
            if (isRetained[index]) joined.Append(text, parts[index].Start, parts[index].FullLength);
        return joined.ToString();
    }

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        return at;
    }

    private static int EndOfWord(string text, int start)
    {
        for (var at = start; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at])) return at;
            var length = StringInfo.GetNextTextElementLength(text, at);
            if (IsUnspaced(text, at)) return at > start ? at : start + length;
            at += length;
        }
        return text.Length;
    }

    private static int EndOfSpan(string text, int start)
    {
        for (var at = start; at < text.Length; at++)
        {
            // A mark inside a word, as in 3.14 or don't, does not end a span. Marks of scripts without spaces do.
            if (text[at] is '。' or '，' or '、' or '！' or '？' or '؟' or '،' or '।' or '\n') return at + 1;
            if (text[at] is '.' or ',' or ';' or ':' or '!' or '?' && (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1]))) return at + 1;
        }
        return text.Length;
    }

    private static bool IsUnspaced(string text, int at)
        => Rune.TryGetRuneAt(text, at, out var rune) && Unspaced.Any(range => rune.Value >= range.First && rune.Value <= range.Last);
}
