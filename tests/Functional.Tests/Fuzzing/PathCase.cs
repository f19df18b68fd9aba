namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>A verb and a path that need not exist.</summary>
/// <param name="Verb">Any word.</param>
/// <param name="Path">Each character is one byte.</param>
public sealed record PathCase(string Verb, string Path)
{
    public override string ToString() => $"{Verb} {Path}";
}
