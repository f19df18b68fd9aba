using System.Diagnostics;
using Prometheus;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Stores its first measurements until the first scrape, so that the first requests do not initialize prometheus-net.</summary>
/// <param name="create">Creates the series in the registry, or returns the existing one.</param>
internal sealed class HistogramSeries(Func<Histogram.Child> create) : ExportedSeries
{
    /// <summary>After this many stored measurements (5 KiB) a pool thread exports the series, whether there was a scrape or not.</summary>
    public const int MaxStored = 128;

    private readonly Lock _gate = new();
    private readonly List<(double Value, ActivityContext Trace)> _stored = [];
    private Histogram.Child? _child;

    public override void Record(double value)
    {
        if ((Volatile.Read(ref _child) ?? StoreOrGet(value)) is { } child) child.Observe(value);
    }

    public override void Export()
    {
        if (Volatile.Read(ref _child) is not null) return;
        // Outside the lock: requests do not wait for prometheus-net's initialization.
        var child = create();
        lock (_gate)
        {
            if (_child is not null) return;
            foreach (var (value, trace) in _stored) child.Observe(value, TraceExemplar.Create(trace));
            _stored.Clear();
            _stored.TrimExcess();
            Volatile.Write(ref _child, child);
        }
    }

    private Histogram.Child? StoreOrGet(double value)
    {
        lock (_gate)
        {
            if (_child is not null) return _child;
            _stored.Add((value, TraceExemplar.Current));
            // A task: an exception of a plain work item would end the process. A scrape repeats the export, and reports its failure.
            if (_stored.Count == MaxStored) _ = Task.Run(Export);
            return null;
        }
    }
}
