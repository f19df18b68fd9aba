namespace InferenceServices.Functional.Tests.Clients;

/// <summary>A theory that runs curl; skipped, with the reason, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsCurlTheoryAttribute : TheoryAttribute
{
    public NeedsCurlTheoryAttribute() => Skip = TestClients.CurlMissing;
}
