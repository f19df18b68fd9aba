namespace InferenceServices.ResponseCache;

/// <summary>Ids of this library's log events: 100 per folder, never reused.</summary>
internal static class EventIds
{
    // PostgreSQL: 3200 to 3299.
    public const int CircuitOpened = 3200;
    public const int CircuitClosed = 3201;
}
