using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace InferenceServices.Testing;

/// <summary>Meters of one test and their measurements. Measurements of other tests' meters are ignored.</summary>
internal sealed class TestMeters : IMeterFactory
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentBag<Meter> _meters = [];
    private readonly ConcurrentQueue<string> _measured = [];
    private readonly ConcurrentQueue<Instrument> _instruments = [];

    /// <param name="listens">False for meters without a listener, which record nothing.</param>
    public TestMeters(bool listens = true)
    {
        if (!listens) return;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope != this) return;
            _instruments.Enqueue(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, "…", tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, $"{value}", tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, $"{value}", tags));
        _listener.Start();
    }

    /// <summary>Measurements as <c>name{label=value} number</c>, oldest first; fractions, which are times, as an ellipsis.</summary>
    public IReadOnlyList<string> Measured => [.. _measured];

    /// <summary>Measurements, oldest first.</summary>
    public IReadOnlyList<Instrument> Instruments => [.. _instruments];

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    /// <summary>Returns the current values of observable instruments.</summary>
    public IReadOnlyList<string> Observe()
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return Measured;
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var meter in _meters) meter.Dispose();
    }

    private void Add(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new List<string>();
        foreach (var tag in tags) labels.Add($"{tag.Key}={tag.Value}");
        _measured.Enqueue($"{instrument.Name}{{{string.Join(',', labels)}}} {value}");
    }
}
