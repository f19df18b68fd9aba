namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>An attempt failed; a retry may succeed.</summary>
internal sealed class TransientException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The delay of the response's Retry-After header.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
