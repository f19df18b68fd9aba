using Microsoft.Extensions.Logging;

namespace InferenceServices.EventGate;

/// <summary>Log messages of this assembly.</summary>
// One class: with several classes the order of the generated code varies between builds (dotnet/runtime#119587).
internal static partial class Log
{
    [LoggerMessage(EventIds.EventsReplayed, LogLevel.Information, "Loaded {Count} pending events from {Directory}.")]
    public static partial void EventsReplayed(ILogger logger, int count, string directory);

    [LoggerMessage(EventIds.EventsPendingAtShutdown, LogLevel.Warning, "{Count} events are still pending at shutdown.")]
    public static partial void EventsPendingAtShutdown(ILogger logger, int count);

    [LoggerMessage(EventIds.JournalWriteFailed, LogLevel.Error, "Cannot write the event journal in {Directory}; events are in memory only until writing succeeds: {Problem}")]
    public static partial void JournalWriteFailed(ILogger logger, string directory, string problem);

    [LoggerMessage(EventIds.DeliveryFailed, LogLevel.Warning, "EventGate at {Host} accepts no events; they stay in the outbox: {Problem}")]
    public static partial void DeliveryFailed(ILogger logger, string host, string problem);

    [LoggerMessage(EventIds.DeliveryResumed, LogLevel.Information, "EventGate at {Host} accepts events again.")]
    public static partial void DeliveryResumed(ILogger logger, string host);

    [LoggerMessage(EventIds.SendingFailed, LogLevel.Error, "Sending events failed; retrying.")]
    public static partial void SendingFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.EventDeadLettered, LogLevel.Error, "Event {Id} is a dead letter in {File}: {Reason}")]
    public static partial void EventDeadLettered(ILogger logger, string id, string file, string reason);

    [LoggerMessage(EventIds.EventLost, LogLevel.Error, "Event {Id} is lost: {Reason} No --eventgate_dead_letter_file is set.")]
    public static partial void EventLost(ILogger logger, string id, string reason);

    [LoggerMessage(EventIds.DeadLetterWriteFailed, LogLevel.Error, "Event {Id} is lost: {Reason} Cannot write {File}: {Problem}")]
    public static partial void DeadLetterWriteFailed(ILogger logger, string id, string file, string reason, string problem);
}
