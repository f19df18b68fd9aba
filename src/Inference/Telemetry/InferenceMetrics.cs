using System.Diagnostics.Metrics;
using InferenceServices.Inference.Repository;

namespace InferenceServices.Inference.Telemetry;

/// <summary>Metrics of the models in this process.</summary>
internal sealed class InferenceMetrics
{
    public const string MeterName = "InferenceServices.Inference";
    public const string ModelName = "model_name";

    // Without overload, requests wait for microseconds.
    private static readonly InstrumentAdvice<double> QueueBuckets = new()
    {
        HistogramBucketBoundaries = [.00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10],
    };

    private static readonly InstrumentAdvice<long> RowBuckets = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] };
    private static readonly InstrumentAdvice<double> LoadBuckets = new() { HistogramBucketBoundaries = [.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300] };

    private readonly Func<IReadOnlyDictionary<string, Model?>> _models;
    private readonly Histogram<double> _loads;

    /// <param name="meters">The meter factory of the host.</param>
    /// <param name="models">Returns the models by name; null during the first load.</param>
    public InferenceMetrics(IMeterFactory meters, Func<IReadOnlyDictionary<string, Model?>> models)
    {
        _models = models;
        var meter = meters.Create(MeterName);
        Queue = meter.CreateHistogram("request_queue", "s", "Time a request waited for a worker.", tags: null, QueueBuckets);
        BatchSize = meter.CreateHistogram("batch_size", unit: null, "Rows of a run of the model.", tags: null, RowBuckets);
        Executions = meter.CreateCounter<long>("execution", description: "Runs of the model that succeeded.");
        _loads = meter.CreateHistogram("model_load", "s", "Time a load of a version took, its first run included.", tags: null, LoadBuckets);
        meter.CreateObservableGauge("model_ready", ReadReady, description: "1 while the model answers, 0 during its first load.");
    }

    public Histogram<double> Queue { get; }

    public Histogram<long> BatchSize { get; }

    public Counter<long> Executions { get; }

    /// <summary>Returns the metrics of one model.</summary>
    public ModelMetrics ForModel(string modelName) => new(this, modelName);

    /// <summary>Records the load of a version.</summary>
    public void RecordLoad(string modelName, TimeSpan elapsed) => _loads.Record(elapsed.TotalSeconds, TagOf(modelName));

    public static KeyValuePair<string, object?> TagOf(string modelName) => new(ModelName, modelName);

    private IEnumerable<Measurement<long>> ReadReady() => _models().Select(model => new Measurement<long>(model.Value is null ? 0 : 1, TagOf(model.Key)));
}
