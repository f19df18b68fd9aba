using System.Diagnostics;

namespace InferenceServices.Inference.Batching;

/// <summary>Requests waiting for one model, oldest first, taken out in batches. Bounded: what does not fit is refused, never parked.</summary>
/// <param name="capacity">Most requests that wait.</param>
/// <param name="limits">Of a batch.</param>
internal sealed class InferenceQueue(int capacity, BatchLimits limits)
{
    // Joining copies: beyond this, a run is long enough to be alone.
    private const long MaxJoinedBytes = 16 << 20;

    // How much a new measurement counts for: the rate follows a change within some dozen batches.
    private const double Smoothing = 0.1;

    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(60);

    private readonly Queue<PendingInference> _waiting = new();
    private readonly object _gate = new();
    private volatile BatchLimits _limits = limits;
    private long _waitingRows;
    private double? _secondsPerRequest;
    private int _idleExecutors;
    private bool _completed;

    public int Capacity => capacity;

    /// <summary>Whether requests may leave it together.</summary>
    public bool Batches => _limits.MaxBatchSize > 1;

    /// <summary>When there is likely to be room: what waits, at the rate at which requests have lately left. A second before that is known.</summary>
    public TimeSpan RetryAfter
    {
        get
        {
            lock (_gate)
            {
                if (_secondsPerRequest is not { } seconds) return TimeSpan.FromSeconds(1);
                var wait = TimeSpan.FromSeconds(seconds * Math.Max(1, _waiting.Count));
                return wait < LongestRetry ? wait : LongestRetry;
            }
        }
    }

    /// <summary>Joins the queue.</summary>
    /// <returns>False when it is full.</returns>
    public bool TryEnqueue(PendingInference pending)
    {
        lock (_gate)
        {
            if (_waiting.Count >= capacity) return false;
            Enqueue(pending);
            // Waking a thread costs a system call; a busy executor finds the request by itself.
            if (_idleExecutors > 0) Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Makes room: whoever has left does not wait any more.</summary>
    /// <returns>How many were removed; each held a lease.</returns>
    public int RemoveAbandoned()
    {
        lock (_gate)
        {
            var before = _waiting.Count;
            for (var i = 0; i < before; i++)
            {
                var pending = Dequeue();
                if (!pending.IsAbandoned) Enqueue(pending);
            }
            return before - _waiting.Count;
        }
    }

    /// <summary>Waits for the next batch: the oldest request, and in their order those that can join it.</summary>
    /// <param name="batch">Empty; gets one or more.</param>
    /// <returns>False when the queue was completed and is empty.</returns>
    public bool Dequeue(List<PendingInference> batch)
    {
        lock (_gate)
        {
            while (true)
            {
                var wait = Timeout.InfiniteTimeSpan;
                if (_waiting.TryPeek(out var oldest))
                {
                    wait = _limits.MaxLatency - Stopwatch.GetElapsedTime(oldest.QueuedAt);
                    if (wait <= TimeSpan.Zero || !oldest.Joins || _waitingRows >= _limits.MaxBatchSize || _completed)
                    {
                        Take(batch);
                        return true;
                    }
                }
                else if (_completed) return false;
                _idleExecutors++;
                Monitor.Wait(_gate, wait);
                _idleExecutors--;
            }
        }
    }

    /// <summary>Some requests have left the queue and were run.</summary>
    /// <param name="requests">How many; 1 or more.</param>
    /// <param name="elapsed">For all of them together.</param>
    public void CountDrained(int requests, TimeSpan elapsed)
    {
        var seconds = elapsed.TotalSeconds / requests;
        lock (_gate) _secondsPerRequest = _secondsPerRequest is { } before ? before + Smoothing * (seconds - before) : seconds;
    }

    /// <summary>From now on every request runs alone.</summary>
    public void StopBatching()
    {
        lock (_gate) _limits = BatchLimits.Alone;
    }

    /// <summary>Lets the executors end once they have emptied the queue.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Take(List<PendingInference> batch)
    {
        var first = Dequeue();
        batch.Add(first);
        if (!first.Joins) return;
        var (rows, bytes) = (first.Rows, first.Bytes);
        // How many of those that wait are still to be looked at. One that does not fit stays the first in line, one of another kind keeps its place.
        var unseen = _waiting.Count;
        for (; unseen > 0 && rows < _limits.MaxBatchSize; unseen--)
        {
            var next = _waiting.Peek();
            var joins = next.CanJoin(first);
            if (joins && (rows + next.Rows > _limits.MaxBatchSize || bytes + next.Bytes > MaxJoinedBytes)) break;
            next = Dequeue();
            if (joins)
            {
                batch.Add(next);
                (rows, bytes) = (rows + next.Rows, bytes + next.Bytes);
            }
            else Enqueue(next);
        }
        // Round to where it was: those passed over are ahead of those not looked at.
        if (unseen < _waiting.Count)
            for (; unseen > 0; unseen--) _waiting.Enqueue(_waiting.Dequeue());
    }

    private PendingInference Dequeue()
    {
        var pending = _waiting.Dequeue();
        _waitingRows -= pending.Rows;
        return pending;
    }

    private void Enqueue(PendingInference pending)
    {
        _waiting.Enqueue(pending);
        _waitingRows += pending.Rows;
    }
}
