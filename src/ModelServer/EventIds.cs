namespace InferenceServices.ModelServer;

/// <summary>Ids of this library's log events: 100 per folder, never reused.</summary>
internal static class EventIds
{
    // Errors: 2000 to 2099.
    public const int RequestFailed = 2000;

    // Hosting: 2100 to 2199.
    public const int Serving = 2100;
    public const int Draining = 2101;
    public const int Stopping = 2102;
    public const int Configuration = 2103;
    public const int Unhandled = 2104;

    // Grpc: 2200 to 2299.
    public const int CallFailed = 2200;

    // 2300 to 2399: the Client library.

    // Telemetry: 2400 to 2499.
    public const int InferenceEnded = 2400;
    public const int RequestEnded = 2401;

    // Memory: 2500 to 2599.
    public const int MemoryTrimmed = 2500;
    public const int TrimFailed = 2501;
}
