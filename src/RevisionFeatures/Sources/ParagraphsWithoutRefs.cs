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

    /// <summary>Returns the total length of paragraphs with more than ten words and without any ref tag.</summary>
    public static int LengthOfLong(TokenizedText text)
    {
        const int MostWords = 10;
        var length = 0;
        foreach (var paragraph in Segments.Of(text).Paragraphs)
        {
            var words = 0;
            var hasRef = false;
            for (var i = paragraph.Start; i < paragraph.End; i++)
            {
                var type = text.Tokens[i].Type;
                if (type == TokenType.Word) words++;
                hasRef |= type is TokenType.RefOpen or TokenType.RefClose or TokenType.RefSingleton;
            }
            if (words > MostWords && !hasRef) length += CodePoints.CountOf(text.TextOf(paragraph.Start, paragraph.End));
        }
        return length;
    }
}
