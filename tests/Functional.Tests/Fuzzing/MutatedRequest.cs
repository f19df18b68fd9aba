namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>A request that was good before it was changed.</summary>
/// <param name="Path">Model and operation.</param>
/// <param name="Good">The body before.</param>
/// <param name="Mutations">At least one.</param>
public sealed record MutatedRequest(string Path, string Good, IReadOnlyList<Mutation> Mutations)
{
    public string Body => MutatedJson.Of(Good, Mutations);

    /// <summary>As a failure shows it.</summary>
    public override string ToString() => $"POST {Path} {(Body.Length <= 2_000 ? Body : Body[..2_000] + "…")}";
}
