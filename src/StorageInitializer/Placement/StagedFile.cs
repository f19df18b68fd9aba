namespace InferenceServices.StorageInitializer.Placement;

/// <summary>A file that is complete, but not yet in its place.</summary>
/// <param name="Path">Where it belongs, relative to the destination.</param>
/// <param name="StagedPath">Where it is.</param>
/// <param name="IsLayer">A layer of an image: what counts is under its <c>models/</c>.</param>
internal sealed record StagedFile(string Path, string StagedPath, bool IsLayer = false);
