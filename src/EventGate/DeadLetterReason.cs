namespace InferenceServices.EventGate;

/// <summary>Why an event is given up.</summary>
internal enum DeadLetterReason
{
    /// <summary>EventGate will never take it.</summary>
    Refused,

    /// <summary>EventGate could not take it, again and again, while it took others.</summary>
    Failed,

    /// <summary>Too much waits already.</summary>
    Full,

    /// <summary>The server ends, and nothing keeps what waits.</summary>
    Stopped,
}
