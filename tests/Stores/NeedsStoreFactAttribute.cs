namespace InferenceServices.Testing;

/// <summary>A fact about a real store; skipped, with the reason, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsStoreFactAttribute : FactAttribute
{
    public NeedsStoreFactAttribute(string program) => Skip = StoreProcess.Missing(program);
}
