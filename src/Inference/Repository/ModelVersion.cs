using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Batching;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Statistics;
using Microsoft.Extensions.Logging;

namespace InferenceServices.Inference.Repository;

/// <summary>
/// A loaded version of a model: its session, its queue, its executors. Counted leases keep it alive: the repository holds one, every
/// request holds one until it has run, and the last one returned disposes the session.
/// </summary>
internal sealed class ModelVersion
{
    private readonly ILogger _logger;
    private readonly int _executors;
    private int _leases = 1;

    public ModelVersion(ModelMetadata metadata, string version, ModelSession session, ModelLimits limits, ILogger logger)
    {
        _logger = logger;
        _executors = limits.Executors;
        Metadata = metadata;
        Version = version;
        Session = session;
        Queue = new InferenceQueue(limits.QueueCapacity, limits.Batch);
        for (var number = 0; number < limits.Executors; number++) _ = new Executor(this, number);
    }

    public ModelMetadata Metadata { get; }

    public string Version { get; }

    public ModelSession Session { get; }

    public InferenceQueue Queue { get; }

    public required VersionStatistics Statistics { get; init; }

    /// <summary>Whether it was retired and its last lease returned.</summary>
    public bool IsGone => Volatile.Read(ref _leases) == 0;

    /// <summary>Takes a lease.</summary>
    /// <returns>False when the version was retired and its last lease returned.</returns>
    public bool TryLease()
    {
        var leases = Volatile.Read(ref _leases);
        while (leases > 0)
        {
            var seen = Interlocked.CompareExchange(ref _leases, leases + 1, leases);
            if (seen == leases) return true;
            leases = seen;
        }
        return false;
    }

    /// <summary>Returns a lease; the last one ends the executors and disposes the session.</summary>
    public void Return()
    {
        if (Interlocked.Decrement(ref _leases) > 0) return;
        Queue.Complete();
        Session.Dispose();
        OnnxRuntime.TrimMemory();
    }

    /// <summary>Queues a request. The caller holds a lease, which goes back when the request has run or left the queue.</summary>
    /// <exception cref="QueueFullException">429; the lease is returned.</exception>
    public ValueTask<InferResult> InferAsync(InferRequest request, CancellationToken cancellationToken)
    {
        var rows = CountRows(request);
        var pending = new PendingInference(request, rows, Queue.Batches && rows > 0 && HasRows(request, rows), cancellationToken);
        if (Queue.TryEnqueue(pending) || TryEnqueueInsteadOfAbandoned(pending)) return pending.Completion();
        Return();
        throw new QueueFullException(Metadata.Name, Queue.Capacity, Queue.RetryAfter);
    }

    /// <summary>From now on every request runs alone: the model turned out not to take rows for rows.</summary>
    /// <param name="reason">For the log.</param>
    public void StopBatching(string reason)
    {
        Queue.StopBatching();
        Log.BatchingStopped(_logger, Metadata.Name, Version, reason);
    }

    /// <summary>An executor has run some requests.</summary>
    /// <param name="requests">How many; 1 or more.</param>
    /// <param name="elapsed">For all of them together.</param>
    public void CountDrained(int requests, TimeSpan elapsed) => Queue.CountDrained(requests, elapsed / _executors);

    /// <summary>Rows of a request: its length along the first axis of the model's first input where that axis is free, else 1.</summary>
    public long CountRows(InferRequest request)
    {
        if (Metadata.Inputs is not [{ Shape: { Rank: > 0 } declared } first, ..] || declared[0] != -1) return 1;
        foreach (var input in request.Inputs)
            if (input.Name == first.Name) return input.Tensor.Shape[0];
        return 1;
    }

    public ModelStatistics ReadStatistics() => Statistics.Read(Metadata.Name, Version);

    private static bool HasRows(InferRequest request, long rows)
    {
        for (var i = 0; i < request.Inputs.Count; i++)
        {
            var shape = request.Inputs[i].Tensor.Shape;
            if (shape.Rank == 0 || shape[0] != rows) return false;
        }
        return true;
    }

    private bool TryEnqueueInsteadOfAbandoned(PendingInference pending)
    {
        for (var removed = Queue.RemoveAbandoned(); removed > 0; removed--) Return();
        // Tried again though none was removed: an executor may just have taken the abandoned one out.
        return Queue.TryEnqueue(pending);
    }
}
