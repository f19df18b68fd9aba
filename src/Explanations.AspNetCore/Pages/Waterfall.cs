using InferenceServices.Explanations.Answers;

namespace InferenceServices.Explanations.AspNetCore.Pages;

/// <summary>Attributions as bars, each beginning where the one before it ended: from the base value to the value explained.</summary>
internal sealed class Waterfall
{
    private const int MostBars = 20;

    private readonly double _least;
    private readonly double _width;

    public Waterfall(Explanation explanation)
    {
        var bars = new List<Bar>();
        var at = explanation.Explained.BaseValue;
        foreach (var attribution in explanation.Attributions.Take(MostBars))
        {
            bars.Add(new Bar(attribution, attribution.Feature, at, at + attribution.Attribution));
            at += attribution.Attribution;
        }
        var rest = explanation.Attributions.Skip(MostBars).Sum(attribution => attribution.Attribution) + (explanation.Others ?? 0);
        if (explanation.Attributions.Count > MostBars || explanation.Others is not null) bars.Add(new Bar(null, "all others", at, at + rest));
        Bars = bars;
        double[] ends = [explanation.Explained.BaseValue, explanation.Explained.Value, .. bars.Select(bar => bar.To)];
        _least = ends.Min();
        _width = ends.Max() - _least;
    }

    public IReadOnlyList<Bar> Bars { get; }

    /// <summary>Where a value is, in per cent of the drawing's width.</summary>
    public double PlaceOf(double value) => _width > 0 ? 2 + 96 * (value - _least) / _width : 50;

    /// <summary>One attribution.</summary>
    /// <param name="Attribution">Null: what is not told one by one.</param>
    /// <param name="Name">What the bar is of.</param>
    /// <param name="From">Where it begins, on the scale explained.</param>
    /// <param name="To">Where it ends.</param>
    public sealed record Bar(FeatureAttribution? Attribution, string Name, double From, double To);
}
