using System.Diagnostics.Metrics;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Metrics of inferences in this or another process. Label values come from fixed sets: clients cannot create series.</summary>
/// <remarks>The histograms of the four stages have the names, label and bucket boundaries of KServe's Python SDK, <c>metrics.py</c>.</remarks>
internal sealed class RequestMetrics
{
    public const string MeterName = "InferenceServices.ModelServer";

    private static readonly InstrumentAdvice<double> KServeBuckets = new()
    {
        HistogramBucketBoundaries = [.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10],
    };

    private readonly Histogram<double>[] _stages;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _cached;
    private long _inFlight;

    public RequestMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _stages = new Histogram<double>[StageName.Count];
        for (var stage = 0; stage < _stages.Length; stage++)
            _stages[stage] = meter.CreateHistogram($"request_{StageName.Of((Stage)stage)}", "s", DescriptionOf((Stage)stage), tags: null, KServeBuckets);
        _requests = meter.CreateCounter<long>("request", description: "Inferences that ended, by the status they ended with: HTTP's number, or gRPC's name.");
        _errors = meter.CreateCounter<long>("request_refused", description: "Inferences that got an error instead of an answer, by the error's code.");
        _cached = meter.CreateCounter<long>("prediction_cache", description: "Lookups in the response cache, by outcome.");
        meter.CreateObservableUpDownCounter("request_in_flight", () => Volatile.Read(ref _inFlight), description: "Inferences that have begun and not ended.");
    }

    /// <summary>Counts an inference as in flight.</summary>
    public void StartInference() => Interlocked.Increment(ref _inFlight);

    /// <summary>Records an inference that has ended.</summary>
    /// <param name="record">Completed.</param>
    /// <param name="code">The status name, from a closed set.</param>
    public void EndInference(RequestRecord record, string code)
    {
        Interlocked.Decrement(ref _inFlight);
        var model = new KeyValuePair<string, object?>("model_name", record.ModelName);
        for (var stage = 0; stage < _stages.Length; stage++)
            if (record[(Stage)stage] is { } elapsed) _stages[stage].Record(elapsed.TotalSeconds, model);
        _requests.Add(1, model, new("protocol", record.ProtocolName), new("code", code));
        if (record.ErrorCode is { } errorCode) _errors.Add(1, model, new("reason", errorCode));
    }

    /// <summary>Counts a cache lookup of a successful request.</summary>
    /// <param name="modelName">The service.</param>
    /// <param name="outcome">From a closed set.</param>
    public void CountCache(string modelName, string outcome) => _cached.Add(1, new("model_name", modelName), new("outcome", outcome));

    private static string DescriptionOf(Stage stage) => stage switch
    {
        Stage.Preprocess => "Time from a body to tensors.",
        Stage.Predict => "Time of the model, here or at a predictor, the wait for it included.",
        Stage.Postprocess => "Time from tensors to an answer.",
        _ => "Time of an explainer.",
    };
}
