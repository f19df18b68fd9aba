namespace InferenceServices.Contracts.V2;

/// <summary>How often something happened and how long it took altogether.</summary>
/// <param name="Count">Times.</param>
/// <param name="Nanoseconds">Sum.</param>
public readonly record struct StatisticDuration(long Count, long Nanoseconds);
