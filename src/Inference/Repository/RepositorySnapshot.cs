namespace InferenceServices.Inference.Repository;

/// <summary>The state of a <see cref="ModelRegistry"/> at one moment.</summary>
/// <param name="Models">By name; null during the first load of a model.</param>
/// <param name="Retired">Retired models that still run requests.</param>
/// <param name="Failures">By name: the reason why the last load failed.</param>
internal sealed record RepositorySnapshot(
    IReadOnlyDictionary<string, Model?> Models, IReadOnlyList<Model> Retired, IReadOnlyDictionary<string, string> Failures);
