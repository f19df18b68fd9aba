namespace InferenceServices.Functional.Tests.Clients;

/// <summary>A fact that runs curl; skipped, with the reason, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsCurlFactAttribute : FactAttribute
{
    public NeedsCurlFactAttribute() => Skip = TestClients.CurlMissing;
}
