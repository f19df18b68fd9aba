namespace InferenceServices.Shipping.Tests.Manifests;

/// <summary>A theory about what kubectl renders; skipped, with the reason, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsKubectlTheoryAttribute : TheoryAttribute
{
    public NeedsKubectlTheoryAttribute() => Skip = Kubectl.Missing ?? Schemas.Missing;
}
