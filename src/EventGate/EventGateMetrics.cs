using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate;

/// <summary>Metrics of the outbox. Without <see cref="EventGateOptions.EventGateUrl"/> there are none.</summary>
internal sealed class EventGateMetrics
{
    public const string MeterName = "InferenceServices.EventGate";

    private readonly Counter<long>? _posted;
    private readonly Counter<long>? _delivered;
    private readonly Counter<long>? _retried;
    private readonly Counter<long>? _deadLettered;
    private Func<(long Count, double OldestSeconds)> _backlog = static () => (0, 0);

    public EventGateMetrics(IMeterFactory meters, IOptions<EventGateOptions> options)
    {
        if (options.Value.Url is null) return;
        var meter = meters.Create(MeterName);
        _posted = meter.CreateCounter<long>("eventgate_posted", description: "Events added to the outbox.");
        _delivered = meter.CreateCounter<long>("eventgate_delivered", description: "Events that EventGate accepted.");
        _retried = meter.CreateCounter<long>("eventgate_retried", description: "Events of failed attempts that are retried.");
        _deadLettered = meter.CreateCounter<long>("eventgate_dead_lettered", description: "Dead letters, by reason.");
        meter.CreateObservableUpDownCounter("eventgate_waiting", () => _backlog().Count, description: "Events in the outbox.");
        meter.CreateObservableGauge("eventgate_oldest", () => _backlog().OldestSeconds, "s", "Age of the oldest event in the outbox.");
        // Creates the time series at 0, so that an alert sees the first increase.
        foreach (var reason in Enum.GetValues<DeadLetterReason>()) RecordDeadLetter(reason, 0);
    }

    public void RecordPosted() => _posted?.Add(1);

    public void RecordDelivered(long count) => _delivered?.Add(count);

    public void RecordRetried(long count) => _retried?.Add(count);

    public void RecordDeadLetter(DeadLetterReason reason, long count = 1) => _deadLettered?.Add(count, new KeyValuePair<string, object?>("reason", reason.ToLabel()));

    /// <summary>Sets the source of the backlog metrics.</summary>
    public void Observe(Func<(long Count, double OldestSeconds)> backlog) => _backlog = backlog;
}
