using Prometheus;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Stores its sum until the first scrape, so that the first requests do not initialize prometheus-net.</summary>
/// <param name="create">Creates the series in the registry.</param>
internal sealed class CounterSeries(Func<Counter.Child> create) : ExportedSeries
{
    private readonly Lock _gate = new();
    private double _stored;
    private Counter.Child? _child;

    public override void Record(double value)
    {
        if (Volatile.Read(ref _child) is { } child) child.Inc(value);
        else Store(value);
    }

    public override void Export()
    {
        if (Volatile.Read(ref _child) is not null) return;
        lock (_gate)
        {
            if (_child is not null) return;
            var child = create();
            child.Inc(_stored, Exemplar.None);
            Volatile.Write(ref _child, child);
        }
    }

    private void Store(double value)
    {
        lock (_gate)
        {
            if (_child is null) _stored += value;
            else _child.Inc(value);
        }
    }
}
