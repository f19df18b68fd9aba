namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Headers of a good binary request.</summary>
/// <param name="Headers">May say what is not so.</param>
public sealed record HeaderCase(IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>As a failure shows it.</summary>
    public override string ToString() => string.Join("\n", Headers.Select(header => $"{header.Name}: {header.Value}"));
}
