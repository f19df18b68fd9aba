namespace InferenceServices.EventGate;

/// <summary>Why an event became a dead letter.</summary>
internal enum DeadLetterReason
{
    /// <summary>EventGate rejects the event permanently.</summary>
    Rejected,

    /// <summary>The event failed repeatedly while other events succeeded.</summary>
    Failed,

    /// <summary>The outbox is full.</summary>
    Full,

    /// <summary>The server stopped and the outbox has no journal.</summary>
    Stopped,
}
