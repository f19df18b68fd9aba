namespace InferenceServices.EventGate;

/// <summary>What EventGate reported for one event.</summary>
/// <param name="IsPermanent">Whether a retry gives the same error.</param>
/// <param name="Reason">Error sentence.</param>
internal readonly record struct EventError(bool IsPermanent, string Reason);
