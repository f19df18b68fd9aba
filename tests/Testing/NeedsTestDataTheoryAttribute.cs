namespace InferenceServices.Testing;

/// <summary>A theory that compares with fastText itself; skipped, with the reason, where its data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsTestDataTheoryAttribute : TheoryAttribute
{
    public NeedsTestDataTheoryAttribute() => Skip = TestData.Missing;
}
