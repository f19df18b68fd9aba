namespace InferenceServices.Functional.Tests.Clients;

/// <summary>A theory that runs Prometheus or its tool; skipped, with the reason, where they have not been fetched or there is no model to ask for.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsPrometheusTheoryAttribute : TheoryAttribute
{
    public NeedsPrometheusTheoryAttribute() => Skip = TestClients.PrometheusMissing ?? Testing.TestData.LangIdModelMissing;
}
