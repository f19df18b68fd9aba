namespace InferenceServices.Functional.Tests.Clients;

/// <summary>A fact that runs a client in Python; skipped, with the reason, where it has not been fetched.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsPythonFactAttribute : FactAttribute
{
    public NeedsPythonFactAttribute() => Skip = TestClients.PythonMissing;
}
