namespace InferenceServices.EventGate;

/// <summary>Outcome of a batch for the sender.</summary>
/// <param name="Problem">Why no event of the batch was processed; null if at least one was.</param>
/// <param name="RetryAfter">Delay requested by EventGate.</param>
internal readonly record struct BatchOutcome(string? Problem, TimeSpan? RetryAfter);
