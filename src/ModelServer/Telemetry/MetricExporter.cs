using System.Diagnostics.Metrics;
using Prometheus;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Exports the instruments of one host to a prometheus-net registry of its own. Thread-safe.</summary>
/// <remarks>
/// prometheus-net's <see cref="MeterAdapter"/> cannot be used: it prefixes names with the meter, exports counters as gauges and appends to help texts.
/// The registry and its metrics are created at the first scrape, because prometheus-net's initialization (three compiled regular expressions
/// among others) would add about 50 ms of CPU time to a cold start. Until then <see cref="ExportedSeries"/> stores the measurements.
/// </remarks>
internal sealed class MetricExporter : IDisposable
{
    private const string Runtime = "System.Runtime";

    private readonly MeterListener _listener = new();
    private readonly List<ExportedInstrument> _instruments = [];
    private readonly IMeterFactory _meters;
    private readonly Lazy<CollectorRegistry> _registry;
    private readonly Lazy<MetricFactory> _factory;
    private int _scrape;

    /// <param name="meters">The meter factory of the host; meters of other hosts in the process are ignored.</param>
    public MetricExporter(IMeterFactory meters)
    {
        _meters = meters;
        _registry = new Lazy<CollectorRegistry>(CreateRegistry);
        _factory = new Lazy<MetricFactory>(CreateFactory);
        _listener.InstrumentPublished = OnInstrumentPublished;
        // The types of our instruments and the runtime's. Each further type adds a dozen compiled methods to a cold start.
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, instrument) => ((ExportedInstrument)instrument!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, instrument) => ((ExportedInstrument)instrument!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Gets the registry. Each collection reads the observable instruments first.</summary>
    public CollectorRegistry Registry => _registry.Value;

    public void Dispose() => _listener.Dispose();

    private CollectorRegistry CreateRegistry()
    {
        var registry = Metrics.NewCustomRegistry();
        registry.AddBeforeCollectCallback(BeforeCollect);
        return registry;
    }

    private MetricFactory CreateFactory()
    {
        var factory = Metrics.WithCustomRegistry(_registry.Value);
        factory.ExemplarBehavior = TraceExemplar.Behavior;
        return factory;
    }

    private void BeforeCollect()
    {
        // Concurrent scrapes would hide each other's series.
        lock (_instruments)
        {
            _scrape++;
            foreach (var instrument in _instruments) instrument.Export();
            _listener.RecordObservableInstruments();
            foreach (var instrument in _instruments) instrument.HideUnobserved(_scrape);
        }
    }

    private void OnInstrumentPublished(Instrument instrument, MeterListener listener)
    {
        if (!IsExported(instrument)) return;
        var exported = new ExportedInstrument(instrument, _factory, () => _scrape);
        lock (_instruments) _instruments.Add(exported);
        listener.EnableMeasurementEvents(instrument, exported);
    }

    // The instruments of this host, and those of the runtime's garbage collector.
    private bool IsExported(Instrument instrument)
        => instrument.Meter.Scope == _meters
            ? instrument.Meter.Name.StartsWith("InferenceServices.", StringComparison.Ordinal)
            : instrument.Meter.Name == Runtime && instrument.Name.StartsWith("dotnet.gc.", StringComparison.Ordinal);
}
