namespace InferenceServices.Testing;

/// <summary>A theory about a real store; skipped, with the reason, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsStoreTheoryAttribute : TheoryAttribute
{
    public NeedsStoreTheoryAttribute(string program) => Skip = StoreProcess.Missing(program);
}
