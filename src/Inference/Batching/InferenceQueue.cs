using System.Diagnostics;

namespace InferenceServices.Inference.Batching;

/// <summary>The bounded request queue of a model version: oldest first, dequeued in batches. A request is rejected when the queue is full.</summary>
/// <param name="capacity">Maximum number of queued requests.</param>
/// <param name="limits">Limits of a batch.</param>
internal sealed class InferenceQueue(int capacity, BatchLimits limits)
{
    // Concatenation copies. Beyond this size, a run is long enough without batching.
    private const long MaxBatchBytes = 16 << 20;

    // Weight of a new measurement: the average follows a change within a few dozen batches.
    private const double Smoothing = 0.1;

    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(60);

    private readonly Queue<PendingInference> _waiting = new();
    private readonly object _gate = new();
    private volatile BatchLimits _limits = limits;
    private long _waitingRows;
    private double? _secondsPerRequest;
    private int _idleWorkers;
    private bool _completed;

    public int Capacity => capacity;

    /// <summary>Whether requests may be batched.</summary>
    public bool AllowsBatching => _limits.MaxBatchSize > 1;

    /// <summary>Estimated time until the queue has capacity: queue length times the average time per request. One second before the first measurement.</summary>
    public TimeSpan RetryAfter
    {
        get
        {
            lock (_gate)
            {
                if (_secondsPerRequest is not { } seconds) return TimeSpan.FromSeconds(1);
                var wait = TimeSpan.FromSeconds(seconds * Math.Max(1, _waiting.Count));
                return wait < MaxRetryAfter ? wait : MaxRetryAfter;
            }
        }
    }

    /// <summary>Adds a request.</summary>
    /// <returns>False when the queue is full.</returns>
    public bool TryEnqueue(PendingInference pending)
    {
        lock (_gate)
        {
            if (_waiting.Count >= capacity) return false;
            Enqueue(pending);
            // Waking a thread costs a system call; a busy worker dequeues the request after its run.
            if (_idleWorkers > 0) Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Removes cancelled requests.</summary>
    /// <returns>Number of removed requests; each holds a reference to its model version.</returns>
    public int RemoveCancelled()
    {
        lock (_gate)
        {
            var before = _waiting.Count;
            for (var i = 0; i < before; i++)
            {
                var pending = Dequeue();
                if (!pending.IsCancelled) Enqueue(pending);
            }
            return before - _waiting.Count;
        }
    }

    /// <summary>Waits for the next batch: the oldest request and, in order, the requests that can be batched with it.</summary>
    /// <param name="batch">An empty list that receives one or more requests.</param>
    /// <returns>False when the queue is completed and empty.</returns>
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
                    if (wait <= TimeSpan.Zero || !oldest.IsBatchable || _waitingRows >= _limits.MaxBatchSize || _completed)
                    {
                        TakeBatch(batch);
                        return true;
                    }
                }
                else if (_completed) return false;
                _idleWorkers++;
                Monitor.Wait(_gate, wait);
                _idleWorkers--;
            }
        }
    }

    /// <summary>Updates the average time per request.</summary>
    /// <param name="requests">Number of requests that were run; 1 or more.</param>
    /// <param name="elapsed">Elapsed time for all of them.</param>
    public void ReportThroughput(int requests, TimeSpan elapsed)
    {
        var seconds = elapsed.TotalSeconds / requests;
        lock (_gate) _secondsPerRequest = _secondsPerRequest is { } before ? before + Smoothing * (seconds - before) : seconds;
    }

    /// <summary>Disables batching from now on.</summary>
    public void StopBatching()
    {
        lock (_gate) _limits = BatchLimits.Disabled;
    }

    /// <summary>Stops the workers after they have emptied the queue.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void TakeBatch(List<PendingInference> batch)
    {
        var first = Dequeue();
        batch.Add(first);
        if (!first.IsBatchable) return;
        var (rows, bytes) = (first.Rows, first.Bytes);
        // The number of requests not yet examined. A request that does not fit stays at the head; an incompatible request retains its position.
        var unexamined = _waiting.Count;
        for (; unexamined > 0 && rows < _limits.MaxBatchSize; unexamined--)
        {
            var next = _waiting.Peek();
            var isCompatible = next.CanBatchWith(first);
            if (isCompatible && (rows + next.Rows > _limits.MaxBatchSize || bytes + next.Bytes > MaxBatchBytes)) break;
            next = Dequeue();
            if (isCompatible)
            {
                batch.Add(next);
                (rows, bytes) = (rows + next.Rows, bytes + next.Bytes);
            }
            else Enqueue(next);
        }
        // Rotates the queue back: requests that were passed over come before requests that were not examined.
        if (unexamined < _waiting.Count)
            for (; unexamined > 0; unexamined--) _waiting.Enqueue(_waiting.Dequeue());
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
