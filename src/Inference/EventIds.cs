namespace InferenceServices.Inference;

/// <summary>Ids of this library's log events: 100 per folder, never reused.</summary>
internal static class EventIds
{
    // Repository: 1000 to 1099.
    public const int ModelLoaded = 1000;
    public const int WarmUpFailed = 1001;
    public const int ModelUnloaded = 1002;
    public const int LoadFailed = 1003;
    public const int BatchingStopped = 1004;
    public const int NotBatched = 1005;
    public const int PollFailed = 1006;
    public const int FolderSkipped = 1007;
    public const int SettingsIgnored = 1008;

    // Execution: 1100 to 1199.
    public const int CacheFailed = 1100;
    public const int RuntimeMessage = 1101;
}
