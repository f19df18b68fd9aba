namespace InferenceServices.Inference.Repository;

/// <summary>One model on disk.</summary>
/// <param name="Name">The name requests use.</param>
/// <param name="Versions">Lowest first; none when it cannot be told what is there.</param>
/// <param name="Failure">Why it cannot be loaded as it lies there; null when nothing is known against it.</param>
internal sealed record FoundModel(string Name, IReadOnlyList<ModelFile> Versions, ModelLoadException? Failure = null);
