namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Headers for a valid binary request.</summary>
/// <param name="Headers">Headers, valid or not.</param>
public sealed record HeaderCase(IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>Formats the headers for failure messages.</summary>
    public override string ToString() => string.Join("\n", Headers.Select(header => $"{header.Name}: {header.Value}"));
}
