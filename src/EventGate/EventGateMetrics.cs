using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate;

/// <summary>What is counted of events on their way to EventGate; nothing, where none are wanted.</summary>
internal sealed class EventGateMetrics
{
    public const string MeterName = "InferenceServices.EventGate";

    private readonly Counter<long>? _posted;
    private readonly Counter<long>? _delivered;
    private readonly Counter<long>? _retried;
    private readonly Counter<long>? _deadLettered;
    private Func<(long Count, double OldestSeconds)> _waiting = static () => (0, 0);

    public EventGateMetrics(IMeterFactory meters, IOptions<EventGateOptions> options)
    {
        if (options.Value.Url is null) return;
        var meter = meters.Create(MeterName);
        _posted = meter.CreateCounter<long>("eventgate_posted", description: "Events that were to be sent.");
        _delivered = meter.CreateCounter<long>("eventgate_delivered", description: "Events that EventGate has taken.");
        _retried = meter.CreateCounter<long>("eventgate_retried", description: "Events that EventGate has not taken this time.");
        _deadLettered = meter.CreateCounter<long>("eventgate_dead_lettered", description: "Events that were given up, by reason.");
        meter.CreateObservableUpDownCounter("eventgate_waiting", () => _waiting().Count, description: "Events that wait for EventGate.");
        meter.CreateObservableGauge("eventgate_oldest", () => _waiting().OldestSeconds, "s", "How long the oldest of those has waited.");
        // An alert sees an increase only from a number that was there before.
        foreach (var reason in Enum.GetValues<DeadLetterReason>()) DeadLettered(reason, 0);
    }

    public void Posted() => _posted?.Add(1);

    public void Delivered(long count) => _delivered?.Add(count);

    public void Retried(long count) => _retried?.Add(count);

    public void DeadLettered(DeadLetterReason reason, long count = 1) => _deadLettered?.Add(count, new KeyValuePair<string, object?>("reason", reason.Name()));

    /// <summary>Who knows what waits.</summary>
    public void Observe(Func<(long Count, double OldestSeconds)> waiting) => _waiting = waiting;
}
