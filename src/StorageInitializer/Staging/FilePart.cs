namespace InferenceServices.StorageInitializer.Staging;

/// <summary>A byte range of a file, downloaded by one connection.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Start">Offset of the first byte in the file.</param>
/// <param name="Length">In bytes; null if the length of the file is unknown.</param>
internal sealed record FilePart(int Number, long Start, long? Length);
