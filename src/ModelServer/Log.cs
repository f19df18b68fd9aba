using Microsoft.Extensions.Logging;

namespace InferenceServices.ModelServer;

/// <summary>The log messages of this library.</summary>
// In one class: the source generator of .NET 10 orders several classes at random, which makes builds irreproducible (dotnet/runtime#119587).
internal static partial class Log
{
    [LoggerMessage(EventIds.Draining, LogLevel.Information, "Not ready any more; requests are answered for another {Seconds} s.")]
    public static partial void Draining(ILogger logger, double seconds);

    [LoggerMessage(EventIds.Stopping, LogLevel.Information, "No new connections; requests in flight have {Seconds} s to finish.")]
    public static partial void Stopping(ILogger logger, int seconds);

    [LoggerMessage(EventIds.Configuration, LogLevel.Warning, "{Warning}")]
    public static partial void Configuration(ILogger logger, string warning);

    [LoggerMessage(EventIds.Unhandled, LogLevel.Critical, "The server ends because of an unexpected error.")]
    public static partial void Unhandled(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.RequestFailed, LogLevel.Error, "{Path} failed with status {StatusCode}.")]
    public static partial void RequestFailed(ILogger logger, string path, int statusCode, Exception exception);

    [LoggerMessage(EventIds.CallFailed, LogLevel.Error, "{Method} failed.")]
    public static partial void CallFailed(ILogger logger, string method, Exception exception);

    [LoggerMessage(EventIds.MemoryTrimmed, LogLevel.Debug, "Resident memory was {Before} MiB, and is {After} MiB after the release of unused memory.")]
    public static partial void MemoryTrimmed(ILogger logger, long before, long after);

    [LoggerMessage(EventIds.TrimFailed, LogLevel.Warning, "Unused memory was not released.")]
    public static partial void TrimFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        EventIds.InferenceEnded,
        LogLevel.Information,
        "model: {ModelName}, protocol: {Protocol}, code: {Code}, total_ms: {TotalMs}, queue_ms: {QueueMs}, preprocess_ms: {PreprocessMs}, predict_ms: {PredictMs}, postprocess_ms: {PostprocessMs}, explain_ms: {ExplainMs}, requestId: {RequestId}")]
    public static partial void InferenceEnded(
        ILogger logger,
        string modelName,
        string protocol,
        string code,
        double totalMs,
        double queueMs,
        double preprocessMs,
        double predictMs,
        double postprocessMs,
        double explainMs,
        string requestId);

    [LoggerMessage(EventIds.RequestEnded, LogLevel.Information, "{Method} {Route}, code: {Code}, total_ms: {TotalMs}, requestId: {RequestId}")]
    public static partial void RequestEnded(ILogger logger, string method, string route, string code, double totalMs, string requestId);
}
