using System.Diagnostics.Metrics;

namespace InferenceServices.ModelServer.Telemetry.Prometheus;

/// <summary>
/// What this server's instruments have measured since it was built, for scrapes. A plain listener: OpenTelemetry's SDK would take 75 to 95 ms of
/// processor time of every cold start for the same.
/// </summary>
internal sealed class MetricRegistry : IDisposable
{
    private const string Runtime = "System.Runtime";

    private readonly MeterListener _listener = new();
    private readonly List<MetricFamily> _families = [];
    private readonly IMeterFactory _meters;

    public MetricRegistry(IMeterFactory meters)
    {
        _meters = meters;
        _listener.InstrumentPublished = Publish;
        // The two types our instruments and the runtime's have: for each, a dozen methods are compiled at the start.
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>All of it at this moment, by name.</summary>
    public string Write(bool isOpenMetrics)
    {
        // One at a time: two would make each other's series come and go.
        lock (_families)
        {
            foreach (var family in _families) family.Forget();
            _listener.RecordObservableInstruments();
            return PrometheusText.Write(_families.OrderBy(family => family.Name, StringComparer.Ordinal), isOpenMetrics);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (!IsWanted(instrument)) return;
        var family = new MetricFamily(instrument);
        lock (_families) _families.Add(family);
        listener.EnableMeasurementEvents(instrument, family);
    }

    // Those of this server, though others may live in its process; of the runtime's, those of the garbage collector.
    private bool IsWanted(Instrument instrument)
        => instrument.Meter.Scope == _meters
            ? instrument.Meter.Name.StartsWith("InferenceServices.", StringComparison.Ordinal)
            : instrument.Meter.Name == Runtime && instrument.Name.StartsWith("dotnet.gc.", StringComparison.Ordinal);
}
