namespace InferenceServices.Client;

/// <summary>Ids of this library's log events; never reused.</summary>
internal static class EventIds
{
    // 2300 to 2399.
    public const int CircuitOpened = 2300;
    public const int CircuitClosed = 2301;
}
