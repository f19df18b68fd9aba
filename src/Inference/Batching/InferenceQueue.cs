using System.Diagnostics;

namespace InferenceServices.Inference.Batching;

/// <summary>
/// The bounded request queue of a model version: oldest first, dequeued in batches. A request is rejected when the queue is full. The queue also counts the
/// runs in progress, and the threads that wait for batches.
/// </summary>
/// <param name="capacity">Maximum number of queued requests.</param>
/// <param name="executors">Maximum number of runs at the same time.</param>
/// <param name="limits">Limits of a batch.</param>
internal sealed class InferenceQueue(int capacity, int executors, BatchLimits limits)
{
    // Concatenation copies. Beyond this size, a run is long enough without batching.
    private const long MaxBatchBytes = 16 << 20;

    // Weight of a new measurement: the average follows a change within a few dozen batches.
    private const double Smoothing = 0.1;

    // A longer run would block the thread of a request for too long. Waking another thread takes some 0.05 ms.
    private const double MaxSecondsOnRequestThread = 0.001;

    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MaxIdleTime = TimeSpan.FromSeconds(30);

    private readonly Queue<PendingInference> _waiting = new();
    private readonly object _gate = new();
    private volatile BatchLimits _limits = limits;
    private long _waitingRows;
    private double? _secondsPerRequest;
    private int _workers;
    private int _idleWorkers;
    private int _running;
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
    /// <param name="pending">The request.</param>
    /// <param name="needsWorker">Whether the caller should start a worker: see <see cref="Dequeue(List{PendingInference})"/>.</param>
    /// <returns>False when the queue is full.</returns>
    public bool TryEnqueue(PendingInference pending, out bool needsWorker)
    {
        lock (_gate)
        {
            needsWorker = false;
            if (_waiting.Count >= capacity) return false;
            Enqueue(pending);
            needsWorker = WakeWorker();
            return true;
        }
    }

    /// <summary>Begins a run on the thread of the request, if the model is idle and its runs are short. <see cref="EndRun"/> ends the run.</summary>
    public bool TryBeginRun()
    {
        lock (_gate)
        {
            if (_waiting.Count > 0 || _running >= executors || _limits.MaxLatency > TimeSpan.Zero || _secondsPerRequest is not < MaxSecondsOnRequestThread) return false;
            _running++;
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

    /// <summary>
    /// Waits for the next batch: the oldest request and, in order, the requests that can be batched with it. The run begins; <see cref="EndRun"/> ends it.
    /// </summary>
    /// <param name="batch">An empty list that receives one or more requests.</param>
    /// <returns>False when the worker should end: the queue is empty and completed, or was empty for 30 s.</returns>
    public bool Dequeue(List<PendingInference> batch)
    {
        lock (_gate)
        {
            while (true)
            {
                var wait = MaxIdleTime;
                if (_running < executors && _waiting.TryPeek(out var oldest))
                {
                    wait = _limits.MaxLatency - Stopwatch.GetElapsedTime(oldest.QueuedAt);
                    if (wait <= TimeSpan.Zero || !oldest.IsBatchable || _waitingRows >= _limits.MaxBatchSize || _completed)
                    {
                        TakeBatch(batch);
                        _running++;
                        return true;
                    }
                }
                else if (_completed && _waiting.Count == 0) return false;
                _idleWorkers++;
                var isIdle = !Monitor.Wait(_gate, wait) && _waiting.Count == 0;
                _idleWorkers--;
                if (!isIdle || _completed) continue;
                _workers--;
                return false;
            }
        }
    }

    /// <summary>Ends a run, and updates the average time per request.</summary>
    /// <param name="requests">Number of requests with a result. Without one, the time is not that of a run.</param>
    /// <param name="elapsed">Elapsed time for all of them.</param>
    /// <param name="isWorker">Whether the caller is a worker, which dequeues the next batch.</param>
    /// <returns>Whether the caller should start a worker.</returns>
    public bool EndRun(int requests, TimeSpan elapsed, bool isWorker)
    {
        lock (_gate)
        {
            _running--;
            if (requests > 0)
            {
                var seconds = elapsed.TotalSeconds / requests / executors;
                _secondsPerRequest = _secondsPerRequest is { } before ? before + Smoothing * (seconds - before) : seconds;
            }
            return !isWorker && WakeWorker();
        }
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

    // Waking a thread costs a system call. If all executors are busy, the end of a run is the time to wake.
    private bool WakeWorker()
    {
        if (_waiting.Count == 0 || _running >= executors) return false;
        if (_idleWorkers > 0) Monitor.Pulse(_gate);
        // A worker that was woken before is still counted as idle.
        if (_idleWorkers >= _waiting.Count || _workers >= executors) return false;
        _workers++;
        return true;
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
