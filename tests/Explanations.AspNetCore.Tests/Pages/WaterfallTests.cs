using InferenceServices.Explanations.AspNetCore.Pages;

namespace InferenceServices.Explanations.AspNetCore.Tests.Pages;

public sealed class WaterfallTests
{
    [Fact]
    public void Each_bar_begins_where_the_previous_bar_ends()
    {
        var waterfall = new Waterfall(TextExplanation.Of("one two", textStart: 0, ("one", 0, 3, 0.5), ("two", 4, 7, -0.25)));

        Assert.Equal([("one", 0, 0.5), ("two", 0.5, 0.25)], waterfall.Bars.Select(bar => (bar.Name, bar.From, bar.To)));
        Assert.Equal((2.0, 98.0), (waterfall.PositionOf(0), waterfall.PositionOf(0.5)));
    }

    [Fact]
    public void After_twenty_bars_one_bar_holds_the_rest()
    {
        var parts = Enumerable.Range(0, 30).Select(index => ("x", index, index + 1, 1.0)).ToArray();

        var bars = new Waterfall(TextExplanation.Of(new string('x', 30), textStart: 0, parts)).Bars;

        Assert.Equal((21, "all others", 20.0, 30.0), (bars.Count, bars[^1].Name, bars[^1].From, bars[^1].To));
    }
}
