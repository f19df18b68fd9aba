using InferenceServices.RevisionFeatures.Families;
using InferenceServices.Wikitext.Characters;
using InferenceServices.Wikitext.Differences;
using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.RevisionFeatures.Sources;

internal static class ParagraphsWithoutRefs
{
    /// <summary>Returns the total length of paragraphs without a plain ref tag; a ref tag with attributes does not count.</summary>
    public static int LengthOf(TokenizedText text)
    {
        var length = 0;
        foreach (var paragraph in Segments.Of(text).Paragraphs)
        {
            var source = text.TextOf(paragraph.Start, paragraph.End);
            if (!PatternText.Fold(source).Contains("<ref>", StringComparison.Ordinal)) length += CodePoints.CountOf(source);
        }
        return length;
    }
}
