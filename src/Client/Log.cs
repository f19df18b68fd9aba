using Microsoft.Extensions.Logging;

namespace InferenceServices.Client;

/// <summary>The log messages of this library.</summary>
// In one class: the source generator of .NET 10 orders several classes at random, which makes builds irreproducible (dotnet/runtime#119587).
internal static partial class Log
{
    [LoggerMessage(EventIds.CircuitOpened, LogLevel.Warning, "The circuit to the predictor at {Host} is open: it cannot be reached or is too slow. Requests fail for {Seconds} s.")]
    public static partial void CircuitOpened(ILogger logger, string host, double seconds);

    [LoggerMessage(EventIds.CircuitClosed, LogLevel.Information, "The circuit to the predictor at {Host} is closed: it answers again.")]
    public static partial void CircuitClosed(ILogger logger, string host);
}
