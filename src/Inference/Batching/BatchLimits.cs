namespace InferenceServices.Inference.Batching;

/// <summary>How much of what waits may run as one.</summary>
/// <param name="MaxBatchSize">Most rows in one run; 1 runs every request alone.</param>
/// <param name="MaxLatency">How long the oldest request may be kept back for others to join it; zero never waits: what queued while the last batch ran is the next one.</param>
internal sealed record BatchLimits(int MaxBatchSize, TimeSpan MaxLatency)
{
    /// <summary>Every request alone, at once.</summary>
    public static readonly BatchLimits Alone = new(1, TimeSpan.Zero);
}
