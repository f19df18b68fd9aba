namespace InferenceServices.OresLegacy;

/// <summary>Log messages of this program.</summary>
// One class: with several classes the order of the generated code varies between builds (dotnet/runtime#119587).
internal static partial class Log
{
    [LoggerMessage(EventIds.Configuration, LogLevel.Warning, "{Warning}")]
    public static partial void Configuration(ILogger logger, string warning);

    [LoggerMessage(EventIds.RequestFailed, LogLevel.Error, "{Path} failed with status 500.")]
    public static partial void RequestFailed(ILogger logger, string path, Exception exception);

    // Revisions that cannot be scored are frequent, and the client has the message.
    [LoggerMessage(EventIds.CallFailed, LogLevel.Debug, "{Model} did not score revision {RevisionId}: {Type}: {Error}")]
    public static partial void CallFailed(ILogger logger, string model, long revisionId, string type, string error);

    [LoggerMessage(EventIds.CircuitOpened, LogLevel.Warning, "Circuit breaker of {Model} opened for {Seconds} s: too many calls failed or timed out.")]
    public static partial void CircuitOpened(ILogger logger, string model, double seconds);

    [LoggerMessage(EventIds.CircuitClosed, LogLevel.Information, "Circuit breaker of {Model} closed.")]
    public static partial void CircuitClosed(ILogger logger, string model);
}
