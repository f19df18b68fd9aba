using InferenceServices.Contracts.Errors;
using InferenceServices.EventGate.Events;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate;

/// <summary>
/// Queue of events for EventGate, on disk with <see cref="EventGateOptions.OutboxDir"/>, else in memory. A background service sends the events. Each event is
/// delivered at least once; a duplicate has the same id.
/// </summary>
public sealed class EventOutbox : IDisposable
{
    // A smaller journal is not rewritten.
    private const long SmallJournalBytes = 16 << 20;

    private readonly Lock _lock = new();
    private readonly EventQueue _queue = new();
    private readonly SemaphoreSlim _arrived = new(0, 1);
    private readonly EventGateOptions _options;
    private readonly DeadLetters _deadLetters;
    private readonly EventGateMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<EventOutbox> _logger;
    private Journal? _journal;
    private bool _journalFails;
    private bool _isClosed;

    internal EventOutbox(IOptions<EventGateOptions> options, DeadLetters deadLetters, EventGateMetrics metrics, TimeProvider time, ILogger<EventOutbox> logger)
    {
        (_options, _deadLetters, _metrics, _time, _logger) = (options.Value, deadLetters, metrics, time, logger);
        _metrics.Observe(MeasureBacklog);
    }

    /// <summary>Whether <see cref="EventGateOptions.EventGateUrl"/> is set. If false, do not create events.</summary>
    public bool IsEnabled => _options.Url is not null;

    /// <summary>Stream of the events of this server; empty if events are disabled.</summary>
    public string Stream => _options.EventGateStream ?? "";

    /// <summary>Stream of weighted tags; empty if no tags are sent.</summary>
    public string WeightedTagsStream => IsEnabled ? _options.WeightedTagsStream ?? "" : "";

    /// <summary>Adds an event. Does not wait for EventGate and does not throw. With a writable directory, the event is on disk when the method returns.</summary>
    /// <param name="content">The event; ignored if an event with its id is pending.</param>
    public void Post(OutgoingEvent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (!IsEnabled) return;
        _metrics.RecordPosted();
        lock (_lock)
        {
            if (_queue.Contains(content.Id)) return;
            if (!_isClosed && _queue.SizeBytes + content.Json.Length <= _options.OutboxLimit)
            {
                Enqueue(new PendingEvent(content, _time.GetUtcNow()));
                return;
            }
        }
        if (_isClosed) _deadLetters.Add(content, DeadLetterReason.Stopped, "The server has stopped.");
        else _deadLetters.Add(content, DeadLetterReason.Full, $"The outbox is full: --eventgate_outbox_limit is {_options.OutboxLimit} bytes.");
    }

    /// <summary>Opens the journal and loads the events of an earlier process.</summary>
    /// <exception cref="StartException">The directory cannot be used.</exception>
    internal void Open()
    {
        if (_options.OutboxDir is not { Length: > 0 } directory) return;
        lock (_lock)
        {
            _journal = Journal.Open(directory, out var replayed);
            foreach (var pending in replayed) _queue.Add(pending);
            if (replayed.Count == 0) return;
            Log.EventsReplayed(_logger, replayed.Count, directory);
            _arrived.Release();
        }
    }

    /// <summary>Waits until an event has been added since the last call.</summary>
    internal Task WaitAsync(CancellationToken cancellationToken) => _arrived.WaitAsync(cancellationToken);

    /// <summary>Returns the next batch; the events stay in the outbox until <see cref="Settle"/>.</summary>
    internal List<PendingEvent> Peek(int count, long sizeBytes, DateTimeOffset now)
    {
        lock (_lock) return _queue.Peek(count, sizeBytes, now);
    }

    /// <summary>Returns the time at which the next event is due; null if the outbox is empty.</summary>
    internal DateTimeOffset? NextTime()
    {
        lock (_lock) return _queue.Count == 0 ? null : _queue.All.Min(pending => pending.NotBefore);
    }

    /// <summary>Removes events that were delivered or became dead letters.</summary>
    internal void Settle(IReadOnlyCollection<PendingEvent> events)
    {
        if (events.Count == 0) return;
        lock (_lock)
        {
            foreach (var settled in events) _queue.Remove(settled);
            if (_journal is not { } journal) return;
            Write(() =>
            {
                journal.Settle(events);
                if (journal.Length > SmallJournalBytes + (2 * _queue.SizeBytes)) journal.Rewrite(_queue.All);
            });
        }
    }

    /// <summary>Stops the outbox. Without a journal, pending events become dead letters.</summary>
    internal void Close()
    {
        PendingEvent[] remaining;
        lock (_lock)
        {
            remaining = [.. _queue.All];
            if (remaining.Length > 0) Log.EventsPendingAtShutdown(_logger, remaining.Length);
            if (_journal is not null) return;
            _isClosed = true;
            foreach (var pending in remaining) _queue.Remove(pending);
        }
        foreach (var pending in remaining) _deadLetters.Add(pending.Content, DeadLetterReason.Stopped, "The server stopped before EventGate had accepted the event.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _journal?.Dispose();
        }
        _arrived.Dispose();
    }

    private void Enqueue(PendingEvent pending)
    {
        if (_journal is { } journal) Write(() => journal.Post(pending));
        _queue.Add(pending);
        if (_arrived.CurrentCount == 0) _arrived.Release();
    }

    private void Write(Action write)
    {
        try
        {
            write();
            _journalFails = false;
        }
        // Any error of the file system: the event stays in memory, and the caller's request succeeds.
        catch (Exception exception)
        {
            if (!_journalFails) Log.JournalWriteFailed(_logger, _options.OutboxDir!, exception.Message);
            _journalFails = true;
        }
    }

    private (long Count, double OldestSeconds) MeasureBacklog()
    {
        lock (_lock)
            return (_queue.Count, _queue.Count == 0 ? 0 : Math.Max(0, (_time.GetUtcNow() - _queue.All.Min(pending => pending.Posted)).TotalSeconds));
    }
}
