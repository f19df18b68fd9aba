using Microsoft.Extensions.Logging;

namespace InferenceServices.EventGate;

/// <summary>All that this assembly logs.</summary>
// In one class: the generator of .NET 10 takes several in an order of chance, and no two builds would be the same (dotnet/runtime#119587).
internal static partial class Log
{
    [LoggerMessage(EventIds.EventsReplayed, LogLevel.Information, "{Count} events wait in {Directory} from before.")]
    public static partial void EventsReplayed(ILogger logger, int count, string directory);

    [LoggerMessage(EventIds.EventsLeft, LogLevel.Warning, "{Count} events wait for EventGate at the end.")]
    public static partial void EventsLeft(ILogger logger, int count);

    [LoggerMessage(EventIds.JournalFails, LogLevel.Error, "The journal of events in {Directory} cannot be written, until it can events wait in memory only: {Problem}")]
    public static partial void JournalFails(ILogger logger, string directory, string problem);

    [LoggerMessage(EventIds.EventsWait, LogLevel.Warning, "EventGate at {Host} takes no events, they wait: {Problem}")]
    public static partial void EventsWait(ILogger logger, string host, string problem);

    [LoggerMessage(EventIds.EventsGoOut, LogLevel.Information, "EventGate at {Host} takes events again.")]
    public static partial void EventsGoOut(ILogger logger, string host);

    [LoggerMessage(EventIds.SendingFailed, LogLevel.Error, "Sending events failed; it is tried again.")]
    public static partial void SendingFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.EventDeadLettered, LogLevel.Error, "Event {Id} is in {File}: {Reason}")]
    public static partial void EventDeadLettered(ILogger logger, string id, string file, string reason);

    [LoggerMessage(EventIds.EventLost, LogLevel.Error, "Event {Id} is lost: {Reason} There is no --eventgate_dead_letter_file.")]
    public static partial void EventLost(ILogger logger, string id, string reason);

    [LoggerMessage(EventIds.EventNotKept, LogLevel.Error, "Event {Id} is lost: {Reason} {File} cannot be written: {Problem}")]
    public static partial void EventNotKept(ILogger logger, string id, string file, string reason, string problem);
}
