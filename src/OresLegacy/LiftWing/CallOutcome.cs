namespace InferenceServices.OresLegacy.LiftWing;

/// <summary>How a call ended.</summary>
internal enum CallOutcome
{
    /// <summary>The service scored the revision.</summary>
    Scored,

    /// <summary>The service answered with an error of its own, such as that of a missing revision.</summary>
    NotScored,

    /// <summary>No connection, no answer in time, an unusable answer, or status 502, 503 or 504.</summary>
    Unavailable,

    /// <summary>The call was not made: the queue is full, or the circuit breaker is open.</summary>
    Rejected,
}
