namespace InferenceServices.Inference.Batching;

/// <summary>Requests waiting for one model, oldest first. Bounded: what does not fit is refused, never parked.</summary>
/// <param name="capacity">Most requests that wait.</param>
internal sealed class InferenceQueue(int capacity)
{
    private readonly Queue<PendingInference> _waiting = new();
    private readonly object _gate = new();
    private int _idleExecutors;
    private bool _completed;

    public int Capacity => capacity;

    /// <summary>Joins the queue.</summary>
    /// <returns>False when it is full.</returns>
    public bool TryEnqueue(PendingInference pending)
    {
        lock (_gate)
        {
            if (_waiting.Count >= capacity) return false;
            _waiting.Enqueue(pending);
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
                var pending = _waiting.Dequeue();
                if (!pending.IsAbandoned) _waiting.Enqueue(pending);
            }
            return before - _waiting.Count;
        }
    }

    /// <summary>Waits for the next request.</summary>
    /// <returns>Null when the queue was completed and is empty.</returns>
    public PendingInference? Dequeue()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_waiting.TryDequeue(out var pending)) return pending;
                if (_completed) return null;
                _idleExecutors++;
                Monitor.Wait(_gate);
                _idleExecutors--;
            }
        }
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
}
