using System.Text;
using InferenceServices.Explanations.Answers;

namespace InferenceServices.Explanations.AspNetCore.Pages;

/// <summary>Splits a text into parts with and without attributions.</summary>
internal static class HighlightedText
{
    /// <summary>Returns the parts of an explained text.</summary>
    /// <param name="explanation">Explanation of a text.</param>
    /// <returns>Parts in order, which together are the whole text.</returns>
    public static IEnumerable<(string Text, double? Attribution)> Of(Explanation explanation)
    {
        var runes = explanation.Text!.EnumerateRunes().ToArray();
        FeatureAttribution[] parts = [.. explanation.Attributions.OrderBy(part => part.Start)];
        var start = explanation.TextStart!.Value;
        var at = 0;
        foreach (var part in parts)
        {
            var (from, to) = (part.Start!.Value - start, part.End!.Value - start);
            if (from > at) yield return (Join(runes[at..from]), null);
            yield return (Join(runes[from..to]), part.Attribution);
            at = to;
        }
        if (at < runes.Length) yield return (Join(runes[at..]), null);
    }

    /// <summary>Returns the highlight strength of an attribution: 0 to 1.</summary>
    public static double StrengthOf(Explanation explanation, double attribution)
    {
        var largest = explanation.Attributions.Max(part => Math.Abs(part.Attribution));
        return largest > 0 ? Math.Abs(attribution) / largest : 0;
    }

    private static string Join(Rune[] runes) => string.Concat(runes);
}
