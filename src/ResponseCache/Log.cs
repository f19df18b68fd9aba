using Microsoft.Extensions.Logging;

namespace InferenceServices.ResponseCache;

internal static partial class Log
{
    [LoggerMessage(EventIds.CircuitOpened, LogLevel.Warning, "PostgreSQL of the response cache fails or does not answer; it is not used for {Seconds} s.")]
    public static partial void CircuitOpened(ILogger logger, double seconds);

    [LoggerMessage(EventIds.CircuitClosed, LogLevel.Information, "PostgreSQL of the response cache answers again.")]
    public static partial void CircuitClosed(ILogger logger);
}
