using Microsoft.Extensions.Logging;

namespace InferenceServices.MediaWiki;

/// <summary>All that this assembly logs.</summary>
// In one class: the generator of .NET 10 takes several in an order of chance, and no two builds would be the same (dotnet/runtime#119587).
internal static partial class Log
{
    [LoggerMessage(EventIds.WikiLeftAlone, LogLevel.Warning, "{Domain} fails or is too slow; it is not asked for {Seconds} s.")]
    public static partial void WikiLeftAlone(ILogger logger, string domain, double seconds);

    [LoggerMessage(EventIds.WikiBack, LogLevel.Information, "{Domain} answers again.")]
    public static partial void WikiBack(ILogger logger, string domain);
}
