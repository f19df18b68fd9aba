namespace InferenceServices.Testing;

/// <summary>A fact that serves the real model; skipped, with the reason, where it has not been prepared.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsLangIdModelFactAttribute : FactAttribute
{
    public NeedsLangIdModelFactAttribute() => Skip = TestData.LangIdModelMissing;
}
