using InferenceServices.Explanations.Answers;

namespace InferenceServices.Explanations.AspNetCore.Tests.Pages;

/// <summary>Creates explanations of texts.</summary>
internal static class TextExplanation
{
    public static Explanation Of(string text, int textStart, params (string Feature, int Start, int End, double Attribution)[] parts) => new()
    {
        Prediction = new Prediction("label", 0.5),
        Explained = new ExplainedScore("label", "score", 0, parts.Sum(part => part.Attribution)),
        Attributions = [.. parts.Select(part => new FeatureAttribution { Feature = part.Feature, Start = part.Start, End = part.End, Attribution = part.Attribution })],
        Text = text,
        TextStart = textStart,
        Method = new ExplanationMethod("leave_one_out", IsExact: true, Complete: true, parts.Length + 2, "nothing"),
    };
}
