namespace InferenceServices.Explanations.AspNetCore;

/// <summary>Numbers of this program's log events: 100 a folder, never reused.</summary>
internal static class EventIds
{
    // Tabular: 4000 to 4099.
    public const int TreesNotExplained = 4000;
}
