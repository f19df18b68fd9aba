namespace InferenceServices.Contracts.V2;

/// <summary>Number of events and their total duration.</summary>
/// <param name="Count">Number of events.</param>
/// <param name="Nanoseconds">Total duration in nanoseconds.</param>
public readonly record struct StatisticDuration(long Count, long Nanoseconds);
