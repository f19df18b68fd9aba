using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Label = System.Collections.Generic.KeyValuePair<string, object?>;

namespace InferenceServices.ModelServer.Telemetry.Prometheus;

/// <summary>One instrument as Prometheus sees it: a name, and a series for each set of labels that was measured.</summary>
/// <remarks>Names as OpenTelemetry's compatibility specification makes them: the unit in full behind the name, <c>_total</c> behind a counter's.</remarks>
internal sealed class MetricFamily
{
    private static readonly LabelComparer Labels = new();

    private readonly bool _isObserved;
    private readonly ConcurrentDictionary<Label[], Series> _series = new(Labels);
    private readonly ConcurrentDictionary<Label[], Series>.AlternateLookup<ReadOnlySpan<Label>> _find;

    public MetricFamily(Instrument instrument)
    {
        _find = _series.GetAlternateLookup<ReadOnlySpan<Label>>();
        _isObserved = instrument.IsObservable;
        Kind = KindOf(instrument);
        Limits = Kind == MetricKind.Histogram ? LimitsOf(instrument) : [];
        Unit = instrument.Unit switch { "s" => "seconds", "By" => "bytes", _ => null };
        Name = instrument.Name.Replace('.', '_') + (Unit is null ? "" : $"_{Unit}");
        Help = instrument.Description ?? "";
    }

    /// <summary>Without a counter's <c>_total</c>.</summary>
    public string Name { get; }

    public MetricKind Kind { get; }

    /// <summary>In full; null for none.</summary>
    public string? Unit { get; }

    public string Help { get; }

    /// <summary>Of a histogram's buckets, smallest first.</summary>
    public double[] Limits { get; }

    /// <summary>Those that were measured, in no order.</summary>
    public IEnumerable<KeyValuePair<Label[], Series>> Series => _series;

    public void Record(double value, ReadOnlySpan<Label> labels)
    {
        if (!_find.TryGetValue(labels, out var series)) series = _series.GetOrAdd(labels.ToArray(), static (_, limits) => new Series(limits), Limits);
        if (Kind == MetricKind.Histogram) series.Observe(value);
        else if (_isObserved) series.Set(value);
        else series.Add(value);
    }

    /// <summary>Clears observed values before a scrape, so that series which are no longer reported disappear.</summary>
    public void Forget()
    {
        if (_isObserved) _series.Clear();
    }

    private static MetricKind KindOf(Instrument instrument)
    {
        var kind = instrument.GetType().GetGenericTypeDefinition();
        return kind == typeof(Histogram<>) ? MetricKind.Histogram
            : kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
    }

    private static double[] LimitsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } limits } => [.. limits],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } limits } => [.. limits.Select(limit => (double)limit)],
        _ => throw new NotSupportedException($"The histogram {instrument.Name} should advise on its buckets."),
    };
}
