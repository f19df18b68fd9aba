namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>A valid request and mutations of its body.</summary>
/// <param name="Path">Path of the model's operation.</param>
/// <param name="Good">Body before the mutations.</param>
/// <param name="Mutations">Mutations, at least one.</param>
public sealed record MutatedRequest(string Path, string Good, IReadOnlyList<Mutation> Mutations)
{
    public string Body => MutatedJson.Of(Good, Mutations);

    /// <summary>Formats the request for failure messages.</summary>
    public override string ToString() => $"POST {Path} {(Body.Length <= 2_000 ? Body : Body[..2_000] + "…")}";
}
