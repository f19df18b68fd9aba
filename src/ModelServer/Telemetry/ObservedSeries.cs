using Prometheus;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>A counter or gauge that is read in each scrape.</summary>
/// <param name="child">The series in the registry.</param>
/// <param name="set">Sets the value of the series.</param>
/// <param name="currentScrape">Returns the number of the current scrape.</param>
internal sealed class ObservedSeries(ChildBase child, Action<double> set, Func<int> currentScrape) : ExportedSeries
{
    private int _scrape;

    public override void Record(double value)
    {
        _scrape = currentScrape();
        set(value);
    }

    public override void HideUnlessObservedIn(int scrape)
    {
        if (_scrape != scrape) child.Unpublish();
    }
}
