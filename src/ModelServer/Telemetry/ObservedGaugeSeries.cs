using Prometheus;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>A gauge that is read in each scrape.</summary>
/// <param name="child">The series in the registry.</param>
/// <param name="currentScrape">Returns the number of the current scrape.</param>
internal sealed class ObservedGaugeSeries(Gauge.Child child, Func<int> currentScrape) : ExportedSeries
{
    private int _scrape;

    public override void Record(double value)
    {
        _scrape = currentScrape();
        child.Set(value);
    }

    public override void HideUnlessObservedIn(int scrape)
    {
        if (_scrape != scrape) child.Unpublish();
    }
}
