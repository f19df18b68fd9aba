namespace InferenceServices.Explanations.AspNetCore;

/// <summary>Ids of this library's log events: 100 per folder, never reused.</summary>
internal static class EventIds
{
    // Tabular: 4000 to 4099.
    public const int TreesNotExplained = 4000;
}
