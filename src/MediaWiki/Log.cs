using Microsoft.Extensions.Logging;

namespace InferenceServices.MediaWiki;

/// <summary>Log messages of this assembly.</summary>
// One class: with several classes the order of the generated code varies between builds (dotnet/runtime#119587).
internal static partial class Log
{
    [LoggerMessage(EventIds.CircuitOpened, LogLevel.Warning, "Circuit breaker of {Domain} opened for {Seconds} s: too many calls failed or timed out.")]
    public static partial void CircuitOpened(ILogger logger, string domain, double seconds);

    [LoggerMessage(EventIds.CircuitClosed, LogLevel.Information, "Circuit breaker of {Domain} closed.")]
    public static partial void CircuitClosed(ILogger logger, string domain);
}
