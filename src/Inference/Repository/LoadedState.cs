namespace InferenceServices.Inference.Repository;

/// <summary>What <see cref="LoadedModels"/> knew at one moment.</summary>
/// <param name="Models">By name; no model while its first load runs.</param>
/// <param name="Retired">Models taken out of service that still have requests to finish.</param>
/// <param name="Failures">By name, why the last load failed.</param>
internal sealed record LoadedState(
    IReadOnlyDictionary<string, Model?> Models, IReadOnlyList<Model> Retired, IReadOnlyDictionary<string, string> Failures);
