namespace InferenceServices.MediaWiki;

/// <summary>Ids of this library's log events, 3000 to 3099. An id is never reused.</summary>
internal static class EventIds
{
    public const int CircuitOpened = 3000;
    public const int CircuitClosed = 3001;
}
