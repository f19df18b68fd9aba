namespace InferenceServices.Benchmarks.Mibc;

/// <summary>The counts of a method's run.</summary>
internal sealed record MethodProfile(MethodName Method, IReadOnlyList<ProfileElement> Elements);
