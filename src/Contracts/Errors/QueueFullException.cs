namespace InferenceServices.Contracts.Errors;

/// <summary>Too many requests wait for the model: 429 <c>queue_full</c>, with <c>Retry-After</c>.</summary>
public sealed class QueueFullException : InferenceException
{
    /// <summary>Refuses because the queue is full.</summary>
    /// <param name="modelName">The model.</param>
    /// <param name="capacity">Requests that wait already.</param>
    /// <param name="retryAfter">When there is likely to be room.</param>
    public QueueFullException(string modelName, int capacity, TimeSpan retryAfter)
        : base(429, "queue_full", $"Model {modelName} has {capacity} requests waiting already; try again later.") => RetryAfter = retryAfter;
}
