namespace InferenceServices.OresLegacy;

/// <summary>Ids of this program's log events, 9000 to 9099. An id is never reused.</summary>
internal static class EventIds
{
    public const int Configuration = 9000;
    public const int RequestFailed = 9001;
    public const int CallFailed = 9010;
    public const int CircuitOpened = 9011;
    public const int CircuitClosed = 9012;
}
