namespace InferenceServices.Shipping.Tests;

/// <summary>A theory about what a schema accepts; skipped, with the reason, where the schemas are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsSchemasTheoryAttribute : TheoryAttribute
{
    public NeedsSchemasTheoryAttribute() => Skip = Schemas.Missing;
}
