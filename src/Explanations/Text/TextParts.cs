using System.Globalization;
using System.Text;
using InferenceServices.Explanations.Requests;

namespace InferenceServices.Explanations.Text;

/// <summary>Cuts a text into parts that together are all of it.</summary>
internal static class TextParts
{
    // Of scripts that are written without spaces: Thai, Lao, Burmese, Khmer, kana, Han.
    private static readonly (int First, int Last)[] Unspaced =
        [(0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)];

    /// <param name="text">Any.</param>
    /// <param name="unit">What a part is.</param>
    /// <returns>In order; none for white space alone.</returns>
    public static IReadOnlyList<TextPart> Of(string text, TextUnit unit)
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

    /// <summary>What is left of a text.</summary>
    public static string Keep(string text, IReadOnlyList<TextPart> parts, bool[] kept)
    {
        var left = new StringBuilder(text.Length);
        for (var index = 0; index < parts.Count; index++)
            if (kept[index]) left.Append(text, parts[index].Start, parts[index].FullLength);
        return left.ToString();
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
            // A mark within a word, as in 3.14 or don't, ends nothing; one that is written without a space behind it does.
            if (text[at] is '。' or '，' or '、' or '！' or '？' or '؟' or '،' or '।' or '\n') return at + 1;
            if (text[at] is '.' or ',' or ';' or ':' or '!' or '?' && (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1]))) return at + 1;
        }
        return text.Length;
    }

    private static bool IsUnspaced(string text, int at)
        => Rune.TryGetRuneAt(text, at, out var rune) && Unspaced.Any(range => rune.Value >= range.First && rune.Value <= range.Last);
}
