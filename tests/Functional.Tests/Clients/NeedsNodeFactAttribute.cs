namespace InferenceServices.Functional.Tests.Clients;

/// <summary>A fact that runs a client in Node; skipped, with the reason, where it has not been fetched.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsNodeFactAttribute : FactAttribute
{
    public NeedsNodeFactAttribute() => Skip = TestClients.NodeMissing;
}
