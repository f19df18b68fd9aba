namespace InferenceServices.Functional.Tests.Clients;

/// <summary>A fact that runs Prometheus' tool; skipped, with the reason, where it has not been fetched.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsPrometheusFactAttribute : FactAttribute
{
    public NeedsPrometheusFactAttribute() => Skip = TestClients.PrometheusMissing;
}
