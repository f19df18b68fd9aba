namespace InferenceServices.StorageInitializer;

/// <summary>A model cannot be had, with a sentence for whoever has to mend it.</summary>
internal sealed class StorageException(FailureCategory category, string message, Exception? cause = null) : Exception(message, cause)
{
    public FailureCategory Category { get; } = category;
}
