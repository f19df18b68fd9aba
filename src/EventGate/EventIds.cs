namespace InferenceServices.EventGate;

/// <summary>Ids of this library's log events, 3100 to 3199. An id is never reused.</summary>
internal static class EventIds
{
    public const int EventDeadLettered = 3100;
    public const int EventLost = 3101;
    public const int DeadLetterWriteFailed = 3102;
    public const int DeliveryFailed = 3103;
    public const int DeliveryResumed = 3104;
    public const int EventsPendingAtShutdown = 3105;
    public const int EventsReplayed = 3106;
    public const int JournalWriteFailed = 3107;
    public const int SendingFailed = 3108;
}
