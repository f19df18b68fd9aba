namespace InferenceServices.StorageInitializer.Staging;

/// <summary>The state of a partial download, stored next to the file.</summary>
/// <param name="Version">The version in the store; another version restarts the download.</param>
/// <param name="Length">In bytes; null if unknown.</param>
/// <param name="PartLength">In bytes.</param>
/// <param name="Done">Numbers of the parts that are complete.</param>
internal sealed record PartialFileState(string? Version, long? Length, long PartLength, int[] Done);
