using System.Diagnostics.Metrics;

namespace InferenceServices.MediaWiki.EventGate;

/// <summary>What is counted of events on their way to EventGate.</summary>
internal sealed class EventGateMetrics
{
    public const string MeterName = "InferenceServices.EventGate";

    private readonly Counter<long> _posted;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _retried;
    private readonly Counter<long> _deadLettered;
    private Func<(long Count, double OldestSeconds)> _waiting = static () => (0, 0);

    public EventGateMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _posted = meter.CreateCounter<long>("eventgate_posted", description: "Events that were to be sent.");
        _delivered = meter.CreateCounter<long>("eventgate_delivered", description: "Events that EventGate has taken.");
        _retried = meter.CreateCounter<long>("eventgate_retried", description: "Events that EventGate has not taken this time.");
        _deadLettered = meter.CreateCounter<long>("eventgate_dead_lettered", description: "Events that were given up, by reason.");
        meter.CreateObservableUpDownCounter("eventgate_waiting", () => _waiting().Count, description: "Events that wait for EventGate.");
        meter.CreateObservableGauge("eventgate_oldest", () => _waiting().OldestSeconds, "s", "How long the oldest of those has waited.");
    }

    public void Posted() => _posted.Add(1);

    public void Delivered(long count) => _delivered.Add(count);

    public void Retried(long count) => _retried.Add(count);

    public void DeadLettered(DeadLetterReason reason) => _deadLettered.Add(1, new KeyValuePair<string, object?>("reason", reason.Name()));

    /// <summary>Who knows what waits.</summary>
    public void Observe(Func<(long Count, double OldestSeconds)> waiting) => _waiting = waiting;
}
