using InferenceServices.EventGate.Events;

namespace InferenceServices.EventGate;

/// <summary>An event that EventGate has not taken yet.</summary>
internal sealed class WaitingEvent(OutgoingEvent content, DateTimeOffset posted)
{
    /// <summary>What is sent.</summary>
    public OutgoingEvent Content { get; } = content;

    /// <summary>Since when it waits; for one from the journal, since before this process.</summary>
    public DateTimeOffset Posted { get; } = posted;

    /// <summary>How often EventGate could not take it while it took another one of the same batch.</summary>
    public int Failures { get; set; }

    /// <summary>When it may be sent again, after such a failure.</summary>
    public DateTimeOffset NotBefore { get; set; }
}
