namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>An attempt failed, and another may not.</summary>
internal sealed class TransientException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
