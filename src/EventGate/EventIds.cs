namespace InferenceServices.EventGate;

/// <summary>Ids of this library's log events, 3100 to 3199. An id is never reused.</summary>
internal static class EventIds
{
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
