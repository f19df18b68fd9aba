namespace InferenceServices.EventGate.Tests.Events;

/// <summary>Skipped where there are no schemas of events.</summary>
public sealed class NeedsEventSchemasFactAttribute : FactAttribute
{
    public NeedsEventSchemasFactAttribute()
    {
        if (!EventSchemas.AreThere) Skip = "There are no schemas of events beside the checkout.";
    }
}
