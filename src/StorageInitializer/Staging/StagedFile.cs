namespace InferenceServices.StorageInitializer.Staging;

/// <summary>A complete file that is not published yet.</summary>
/// <param name="Path">Path relative to the destination.</param>
/// <param name="StagedPath">Current path.</param>
/// <param name="IsLayer">Whether the file is a layer of an image; only its <c>models/</c> is used.</param>
internal sealed record StagedFile(string Path, string StagedPath, bool IsLayer = false);
