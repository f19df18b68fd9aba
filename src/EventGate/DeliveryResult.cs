using System.Collections.ObjectModel;

namespace InferenceServices.EventGate;

/// <summary>Result of sending a batch.</summary>
/// <param name="Problem">Error of the whole batch; null if EventGate accepted it.</param>
/// <param name="IsRejected">Whether EventGate rejects the batch permanently.</param>
/// <param name="RetryAfter">Delay requested by EventGate.</param>
/// <param name="EventErrors">Errors of single events, by event id. Other events have the result of the batch.</param>
internal sealed record DeliveryResult(string? Problem, bool IsRejected, TimeSpan? RetryAfter, IReadOnlyDictionary<string, EventError> EventErrors)
{
    /// <summary>EventGate accepted all events, or queued them before validation.</summary>
    public static readonly DeliveryResult Complete = new(null, false, null, ReadOnlyDictionary<string, EventError>.Empty);

    /// <summary>Creates the result of a batch without a response.</summary>
    public static DeliveryResult Failed(string problem) => new(problem, false, null, ReadOnlyDictionary<string, EventError>.Empty);
}
