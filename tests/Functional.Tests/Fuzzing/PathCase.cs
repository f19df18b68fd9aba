namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>A method and a path, which may not exist.</summary>
/// <param name="Verb">HTTP method, known or not.</param>
/// <param name="Path">Path; each character is one byte.</param>
public sealed record PathCase(string Verb, string Path)
{
    public override string ToString() => $"{Verb} {Path}";
}
