namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>One change to a JSON document.</summary>
/// <param name="Place">Which of its values; counted on from the start if there are fewer.</param>
/// <param name="Kind">What happens to the value.</param>
/// <param name="Token">JSON text, which need not be valid.</param>
public sealed record Mutation(int Place, MutationKind Kind, string Token);
