using Prometheus;

namespace InferenceServices.OresLegacy.LiftWing;

/// <summary>Metrics of the calls to revscoring services.</summary>
internal sealed class CallMetrics
{
    private readonly Histogram _seconds;
    private readonly Gauge _inFlight;
    private readonly Gauge _waiting;

    public CallMetrics(CollectorRegistry registry)
    {
        var metrics = Metrics.WithCustomRegistry(registry);
        _seconds = metrics.CreateHistogram(
            "ores_legacy_call_seconds",
            "Time of a call to a revscoring service, including the wait for its turn, by model and outcome.",
            ["model", "outcome"],
            new HistogramConfiguration { Buckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
        _inFlight = metrics.CreateGauge("ores_legacy_calls_in_flight", "Calls to revscoring services that run or wait.");
        _waiting = metrics.CreateGauge("ores_legacy_scores_waiting", "Scores that wait for a call; more than the calls in flight when requests share calls.");
    }

    /// <summary>Counts a call until the result is disposed.</summary>
    public IDisposable Start() => _inFlight.TrackInProgress();

    /// <summary>Counts a score that waits for a call until the result is disposed.</summary>
    public IDisposable StartWaiting() => _waiting.TrackInProgress();

    /// <summary>Records a call that has ended.</summary>
    /// <param name="model">Model of the table, without its wiki.</param>
    /// <param name="outcome">One of <see cref="CallOutcome"/>.</param>
    /// <param name="elapsed">Time of the call.</param>
    public void Record(string model, CallOutcome outcome, TimeSpan elapsed) => _seconds.WithLabels(model, NameOf(outcome)).Observe(elapsed.TotalSeconds);

    private static string NameOf(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Scored => "scored",
        CallOutcome.NotScored => "not_scored",
        CallOutcome.Unavailable => "unavailable",
        _ => "rejected",
    };
}
