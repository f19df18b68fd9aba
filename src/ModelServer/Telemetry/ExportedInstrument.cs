using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Prometheus;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Exports one instrument as a Prometheus metric, with a series for each set of tags.</summary>
/// <remarks>Names follow OpenTelemetry's Prometheus compatibility specification: the unit as suffix, then <c>_total</c> for counters.</remarks>
internal sealed class ExportedInstrument
{
    private static readonly TagComparer Tags = new();

    private readonly Instrument _instrument;
    private readonly Lazy<MetricFactory> _factory;
    private readonly Func<int> _currentScrape;
    private readonly MetricKind _kind;
    private readonly string _name;
    private readonly string _help;
    private readonly double[] _buckets;
    private readonly ConcurrentDictionary<Tag[], ExportedSeries> _series = new(Tags);
    private readonly ConcurrentDictionary<Tag[], ExportedSeries>.AlternateLookup<ReadOnlySpan<Tag>> _lookup;
    private bool _isDeclared;

    /// <param name="instrument">Has bucket boundaries as advice if it is a histogram.</param>
    /// <param name="factory">Creates the metric; first used at the first scrape or after <see cref="HistogramSeries.MaxStored"/> measurements.</param>
    /// <param name="currentScrape">Returns the number of the current scrape.</param>
    /// <exception cref="NotSupportedException">The kind of instrument is not supported.</exception>
    public ExportedInstrument(Instrument instrument, Lazy<MetricFactory> factory, Func<int> currentScrape)
    {
        _instrument = instrument;
        _factory = factory;
        _currentScrape = currentScrape;
        _lookup = _series.GetAlternateLookup<ReadOnlySpan<Tag>>();
        _kind = KindOf(instrument);
        _buckets = _kind == MetricKind.Histogram ? BucketsOf(instrument) : [];
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        _name = instrument.Name.Replace('.', '_') + unit + (_kind == MetricKind.Counter ? "_total" : "");
        // prometheus-net writes help texts as they are.
        _help = (instrument.Description ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
    }

    /// <summary>Records a measurement. Does not allocate once the series exists.</summary>
    public void Record(double value, ReadOnlySpan<Tag> tags)
    {
        if (!_lookup.TryGetValue(tags, out var series)) series = _series.GetOrAdd(tags.ToArray(), CreateSeries);
        series.Record(value);
    }

    /// <summary>Adds the metric to the registry, also without a measurement, and exports stored measurements.</summary>
    public void Export()
    {
        // A metric without labels writes the declaration; series with labels are further metrics of the same name.
        if (!_isDeclared) _ = CreateMetric([]);
        _isDeclared = true;
        foreach (var (_, series) in _series) series.Export();
    }

    /// <summary>Hides the series of an observable instrument that it did not report in the current scrape.</summary>
    public void HideUnobserved(int scrape)
    {
        if (!_instrument.IsObservable) return;
        foreach (var (_, series) in _series) series.HideUnlessObservedIn(scrape);
    }

    private ExportedSeries CreateSeries(Tag[] tags) => _kind switch
    {
        MetricKind.Histogram => new HistogramSeries(() => GetChild((Histogram)CreateMetric(tags), tags)),
        MetricKind.Counter when _instrument.IsObservable => CreateObserved(GetChild((Counter)CreateMetric(tags), tags)),
        MetricKind.Counter => new CounterSeries(() => GetChild((Counter)CreateMetric(tags), tags)),
        _ => CreateObserved(GetChild((Gauge)CreateMetric(tags), tags)),
    };

    private ObservedSeries CreateObserved(Counter.Child child) => new(child, child.IncTo, _currentScrape);

    private ObservedSeries CreateObserved(Gauge.Child child) => new(child, child.Set, _currentScrape);

    // Returns the existing metric if there is one with these label names. Published with the first value.
    private Collector CreateMetric(Tag[] tags)
    {
        var labels = Array.ConvertAll(tags, static tag => tag.Key.Replace('.', '_'));
        return _kind switch
        {
            MetricKind.Histogram => _factory.Value.CreateHistogram(_name, _help, labels, new HistogramConfiguration { Buckets = _buckets, SuppressInitialValue = true }),
            MetricKind.Counter => _factory.Value.CreateCounter(_name, _help, labels, new CounterConfiguration { SuppressInitialValue = true }),
            _ => _factory.Value.CreateGauge(_name, _help, labels, new GaugeConfiguration { SuppressInitialValue = true }),
        };
    }

    private static TChild GetChild<TChild>(Collector<TChild> metric, Tag[] tags) where TChild : ChildBase
        => tags.Length == 0
            ? ((ICollector<TChild>)metric).Unlabelled
            : metric.WithLabels(Array.ConvertAll(tags, static tag => Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? ""));

    private static MetricKind KindOf(Instrument instrument)
    {
        var kind = instrument.GetType().GetGenericTypeDefinition();
        if (kind == typeof(Histogram<>)) return MetricKind.Histogram;
        if (kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>)) return MetricKind.Counter;
        if (kind == typeof(ObservableGauge<>) || kind == typeof(ObservableUpDownCounter<>)) return MetricKind.Gauge;
        throw new NotSupportedException($"The instrument {instrument.Name} has the unsupported type {kind.Name}.");
    }

    private static double[] BucketsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } boundaries } => [.. boundaries],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } boundaries } => [.. boundaries.Select(static boundary => (double)boundary)],
        _ => throw new NotSupportedException($"The histogram {instrument.Name} has no bucket boundaries as advice."),
    };

    private enum MetricKind
    {
        Counter,
        Gauge,
        Histogram,
    }
}
