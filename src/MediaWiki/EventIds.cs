namespace InferenceServices.MediaWiki;

/// <summary>Numbers of this library's log events: 100 a folder, never reused.</summary>
internal static class EventIds
{
    // Client: 3000 to 3099.
    public const int WikiLeftAlone = 3000;
    public const int WikiBack = 3001;
}
