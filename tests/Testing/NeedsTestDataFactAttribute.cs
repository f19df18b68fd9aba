namespace InferenceServices.Testing;

/// <summary>A fact that compares with fastText itself; skipped, with the reason, where its data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsTestDataFactAttribute : FactAttribute
{
    public NeedsTestDataFactAttribute() => Skip = TestData.Missing;
}
