namespace InferenceServices.MediaWiki;

/// <summary>Numbers of this library's log events: 100 a folder, never reused.</summary>
internal static class EventIds
{
    // Client: 3000 to 3099.
    public const int WikiLeftAlone = 3000;
    public const int WikiBack = 3001;

    // EventGate: 3100 to 3199.
    public const int EventDeadLettered = 3100;
    public const int EventLost = 3101;
    public const int EventNotKept = 3102;
    public const int EventsWait = 3103;
    public const int EventsGoOut = 3104;
    public const int EventsLeft = 3105;
    public const int EventsReplayed = 3106;
    public const int JournalFails = 3107;
    public const int SendingFailed = 3108;
}
