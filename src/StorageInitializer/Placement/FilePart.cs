namespace InferenceServices.StorageInitializer.Placement;

/// <summary>A piece of a file that one connection fetches.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Start">Of its first byte in the file.</param>
/// <param name="Length">In bytes; null where the file's is not known.</param>
internal sealed record FilePart(int Number, long Start, long? Length);
