namespace InferenceServices.Contracts.V2;

/// <summary>One version of one model in a repository.</summary>
/// <param name="Name">The name requests use.</param>
/// <param name="Version">Null while it is not known, because the model never loaded.</param>
/// <param name="State">Whether it answers.</param>
/// <param name="Reason">Why it does not, or why it could not be loaded anew; else empty.</param>
/// <remarks>Model repository extension, <c>$repository_index_response</c>.</remarks>
public sealed record RepositoryEntry(string Name, string? Version, ModelState State, string Reason = "");
