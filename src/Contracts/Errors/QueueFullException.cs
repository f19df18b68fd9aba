namespace InferenceServices.Contracts.Errors;

/// <summary>The queue of the model is full: 429 <c>queue_full</c>, with <c>Retry-After</c>.</summary>
public sealed class QueueFullException : InferenceException
{
    /// <summary>Creates the error for a full queue.</summary>
    /// <param name="modelName">Name of the model.</param>
    /// <param name="capacity">Capacity of the queue in requests.</param>
    /// <param name="retryAfter">Estimated time until the queue has capacity.</param>
    public QueueFullException(string modelName, int capacity, TimeSpan retryAfter)
        : base(429, "queue_full", $"Model {modelName} has {capacity} requests waiting already; try again later.") => RetryAfter = retryAfter;
}
