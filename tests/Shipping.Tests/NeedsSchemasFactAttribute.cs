namespace InferenceServices.Shipping.Tests;

/// <summary>A fact about what a schema accepts; skipped, with the reason, where the schemas are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsSchemasFactAttribute : FactAttribute
{
    public NeedsSchemasFactAttribute() => Skip = Schemas.Missing;
}
