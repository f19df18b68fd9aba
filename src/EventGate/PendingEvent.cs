using InferenceServices.EventGate.Events;

namespace InferenceServices.EventGate;

/// <summary>An event that EventGate has not accepted yet.</summary>
internal sealed class PendingEvent(OutgoingEvent content, DateTimeOffset posted)
{
    /// <summary>Event to send.</summary>
    public OutgoingEvent Content { get; } = content;

    /// <summary>Time of <see cref="EventOutbox.Post"/>, possibly in an earlier process.</summary>
    public DateTimeOffset Posted { get; } = posted;

    /// <summary>Number of failures in batches of which other events succeeded.</summary>
    public int Failures { get; set; }

    /// <summary>Earliest time of the next attempt after such a failure.</summary>
    public DateTimeOffset NotBefore { get; set; }
}
