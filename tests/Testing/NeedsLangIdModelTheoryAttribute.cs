namespace InferenceServices.Testing;

/// <summary>A theory that serves the real model; skipped, with the reason, where it has not been prepared.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsLangIdModelTheoryAttribute : TheoryAttribute
{
    public NeedsLangIdModelTheoryAttribute() => Skip = TestData.LangIdModelMissing;
}
