using InferenceServices.Explanations.Answers;

namespace InferenceServices.Explanations.AspNetCore.Pages;

/// <summary>A waterfall chart of attributions: bars from the base value to the explained value, each starting at the end of the previous bar.</summary>
internal sealed class Waterfall
{
    private const int MaxBars = 20;

    private readonly double _least;
    private readonly double _width;

    public Waterfall(Explanation explanation)
    {
        var bars = new List<Bar>();
        var at = explanation.Explained.BaseValue;
        foreach (var attribution in explanation.Attributions.Take(MaxBars))
        {
            bars.Add(new Bar(attribution, attribution.Feature, at, at + attribution.Attribution));
            at += attribution.Attribution;
        }
        var rest = explanation.Attributions.Skip(MaxBars).Sum(attribution => attribution.Attribution) + (explanation.Others ?? 0);
        if (explanation.Attributions.Count > MaxBars || explanation.Others is not null) bars.Add(new Bar(null, "all others", at, at + rest));
        Bars = bars;
        double[] ends = [explanation.Explained.BaseValue, explanation.Explained.Value, .. bars.Select(bar => bar.To)];
        _least = ends.Min();
        _width = ends.Max() - _least;
    }

    public IReadOnlyList<Bar> Bars { get; }

    /// <summary>Returns the position of a value in percent of the width.</summary>
    public double PositionOf(double value) => _width > 0 ? 2 + 96 * (value - _least) / _width : 50;

    /// <summary>A bar of the chart.</summary>
    /// <param name="Attribution">The attribution; null for the sum of the others.</param>
    /// <param name="Name">Label of the bar.</param>
    /// <param name="From">Start, on the scale of the explained score.</param>
    /// <param name="To">End.</param>
    public sealed record Bar(FeatureAttribution? Attribution, string Name, double From, double To);
}
