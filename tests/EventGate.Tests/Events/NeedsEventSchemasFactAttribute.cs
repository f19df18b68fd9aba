namespace InferenceServices.EventGate.Tests.Events;

/// <summary>Skipped where there are no schemas of events.</summary>
public sealed class NeedsEventSchemasFactAttribute : FactAttribute
{
    public NeedsEventSchemasFactAttribute()
    {
        if (!EventSchemas.AreAvailable) Skip = "Requires the event schemas beside the checkout.";
    }
}
