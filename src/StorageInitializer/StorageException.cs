namespace InferenceServices.StorageInitializer;

/// <summary>A model cannot be fetched. The message names the cause and the remedy for the operator.</summary>
internal sealed class StorageException(FailureCategory category, string message, Exception? cause = null) : Exception(message, cause)
{
    public FailureCategory Category { get; } = category;
}
