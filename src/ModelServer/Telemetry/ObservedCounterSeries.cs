using Prometheus;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>A counter that is read in each scrape.</summary>
/// <param name="child">The series in the registry.</param>
/// <param name="currentScrape">Returns the number of the current scrape.</param>
internal sealed class ObservedCounterSeries(Counter.Child child, Func<int> currentScrape) : ExportedSeries
{
    private int _scrape;

    public override void Record(double value)
    {
        _scrape = currentScrape();
        child.IncTo(value);
    }

    public override void HideUnlessObservedIn(int scrape)
    {
        if (_scrape != scrape) child.Unpublish();
    }
}
