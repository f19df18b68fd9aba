namespace InferenceServices.Contracts.V2;

/// <summary>A model version in the repository.</summary>
/// <param name="Name">Name in requests.</param>
/// <param name="Version">Version; null if unknown, because the model was never loaded.</param>
/// <param name="State">State of the version.</param>
/// <param name="Reason">Reason why the version is not ready or why its last load failed; otherwise empty.</param>
/// <remarks>Model repository extension, <c>$repository_index_response</c>.</remarks>
public sealed record RepositoryEntry(string Name, string? Version, ModelState State, string Reason = "");
