namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>A verb and a path that need not exist.</summary>
public sealed record PathCase(string Verb, string Path);
