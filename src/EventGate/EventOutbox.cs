using InferenceServices.Contracts.Errors;
using InferenceServices.EventGate.Events;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate;

/// <summary>
/// Takes events for EventGate, whatever becomes of it: they wait here, and with <see cref="EventGateOptions.OutboxDir"/> on disk, until a sender of its own
/// has brought them there. Each is delivered at least once; a repetition has the same id.
/// </summary>
public sealed class EventOutbox : IDisposable
{
    // Below this a journal is not worth rewriting.
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
        _metrics.Observe(Measure);
    }

    /// <summary>Whether events are wanted: <see cref="EventGateOptions.EventGateUrl"/> is given. Where they are not, there is no need to make any.</summary>
    public bool IsEnabled => _options.Url is not null;

    /// <summary>The stream that events made for this server belong to; empty where none are wanted.</summary>
    public string Stream => _options.EventGateStream ?? "";

    /// <summary>Takes an event. Neither waits for EventGate nor throws; when it returns the event is on disk, with a directory and room on it.</summary>
    /// <param name="content">One that waits already, by its id, is not taken twice.</param>
    public void Post(OutgoingEvent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (!IsEnabled) return;
        _metrics.Posted();
        lock (_lock)
        {
            if (_queue.Contains(content.Id)) return;
            if (!_isClosed && _queue.SizeBytes + content.Json.Length <= _options.OutboxLimit)
            {
                Keep(new WaitingEvent(content, _time.GetUtcNow()));
                return;
            }
        }
        if (_isClosed) _deadLetters.Add(content, DeadLetterReason.Stopped, "The server has stopped.");
        else _deadLetters.Add(content, DeadLetterReason.Full, $"{_options.OutboxLimit} bytes of events wait already.");
    }

    /// <summary>Reads what an earlier process has left.</summary>
    /// <exception cref="StartException">The directory cannot be used.</exception>
    internal void Open()
    {
        if (_options.OutboxDir is not { Length: > 0 } directory) return;
        lock (_lock)
        {
            _journal = Journal.Open(directory, out var left);
            foreach (var waiting in left) _queue.Add(waiting);
            if (left.Count == 0) return;
            Log.EventsReplayed(_logger, left.Count, directory);
            _arrived.Release();
        }
    }

    /// <summary>Until something has come since the last time, or is there already.</summary>
    internal Task WaitAsync(CancellationToken cancellationToken) => _arrived.WaitAsync(cancellationToken);

    /// <summary>The next batch; it stays here until it is settled.</summary>
    internal List<WaitingEvent> Peek(int count, long sizeBytes, DateTimeOffset now)
    {
        lock (_lock) return _queue.Peek(count, sizeBytes, now);
    }

    /// <summary>When the first of those that wait may be sent; null when none waits.</summary>
    internal DateTimeOffset? NextTime()
    {
        lock (_lock) return _queue.Count == 0 ? null : _queue.All.Min(waiting => waiting.NotBefore);
    }

    /// <summary>These were taken, or have become dead letters.</summary>
    internal void Settle(IReadOnlyCollection<WaitingEvent> events)
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

    /// <summary>Nothing is sent any more: without a journal, what waits becomes dead letters.</summary>
    internal void Close()
    {
        WaitingEvent[] left;
        lock (_lock)
        {
            left = [.. _queue.All];
            if (left.Length > 0) Log.EventsLeft(_logger, left.Length);
            if (_journal is not null) return;
            _isClosed = true;
            foreach (var waiting in left) _queue.Remove(waiting);
        }
        foreach (var waiting in left) _deadLetters.Add(waiting.Content, DeadLetterReason.Stopped, "The server stopped before EventGate had taken it.");
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

    private void Keep(WaitingEvent waiting)
    {
        if (_journal is { } journal) Write(() => journal.Post(waiting));
        _queue.Add(waiting);
        if (_arrived.CurrentCount == 0) _arrived.Release();
    }

    private void Write(Action write)
    {
        try
        {
            write();
            _journalFails = false;
        }
        catch (IOException exception)
        {
            if (!_journalFails) Log.JournalFails(_logger, _options.OutboxDir!, exception.Message);
            _journalFails = true;
        }
    }

    private (long Count, double OldestSeconds) Measure()
    {
        lock (_lock)
            return (_queue.Count, _queue.Count == 0 ? 0 : Math.Max(0, (_time.GetUtcNow() - _queue.All.Min(waiting => waiting.Posted)).TotalSeconds));
    }
}
