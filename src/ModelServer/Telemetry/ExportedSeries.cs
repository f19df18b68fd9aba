namespace InferenceServices.ModelServer.Telemetry;

/// <summary>The measurements of one instrument with one set of tags. Thread-safe.</summary>
internal abstract class ExportedSeries
{
    /// <summary>Records a measurement.</summary>
    public abstract void Record(double value);

    /// <summary>Exports the measurements that the series stores, if any.</summary>
    public virtual void Export()
    {
    }

    /// <summary>Hides the series of an observable instrument if it has no measurement in the current scrape.</summary>
    public virtual void HideUnlessObservedIn(int scrape)
    {
    }
}
