namespace InferenceServices.Inference.Batching;

/// <summary>Limits of a batch.</summary>
/// <param name="MaxBatchSize">Maximum number of rows in a batch; 1 disables batching.</param>
/// <param name="MaxLatency">How long the oldest request may wait for a batch to fill. Zero: no wait; the requests that queued during the last run form the next batch.</param>
internal sealed record BatchLimits(int MaxBatchSize, TimeSpan MaxLatency)
{
    /// <summary>No batching, no waiting.</summary>
    public static readonly BatchLimits Disabled = new(1, TimeSpan.Zero);
}
