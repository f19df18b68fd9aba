namespace InferenceServices.StorageInitializer.Placement;

/// <summary>What is known of a file that grows, kept beside it.</summary>
/// <param name="Version">What the store calls this state of the file; a file of another version is begun anew.</param>
/// <param name="Length">In bytes; null where the store does not say.</param>
/// <param name="PartLength">In bytes.</param>
/// <param name="Done">Numbers of the parts that are complete.</param>
internal sealed record PartialFileState(string? Version, long? Length, long PartLength, int[] Done);
