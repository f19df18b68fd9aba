namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>A mutation of a JSON document.</summary>
/// <param name="Place">Index of the value, modulo the number of values.</param>
/// <param name="Kind">Kind of mutation.</param>
/// <param name="Token">Text to insert; may be invalid JSON.</param>
public sealed record Mutation(int Place, MutationKind Kind, string Token);
