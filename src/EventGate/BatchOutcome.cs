namespace InferenceServices.EventGate;

/// <summary>What is left to know once a batch has been dealt with.</summary>
/// <param name="Problem">Why nothing of it got anywhere; null when something did.</param>
/// <param name="RetryAfter">How long EventGate wants to be left alone.</param>
internal readonly record struct BatchOutcome(string? Problem, TimeSpan? RetryAfter);
