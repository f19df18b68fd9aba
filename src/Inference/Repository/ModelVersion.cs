using System.Diagnostics;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Batching;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Statistics;
using Microsoft.Extensions.Logging;

namespace InferenceServices.Inference.Repository;

/// <summary>
/// A loaded version of a model: session, queue and workers. The version is reference-counted: the repository holds one reference, each
/// request holds one until it has run, and the release of the last reference disposes the session.
/// </summary>
internal sealed class ModelVersion
{
    // Runs on threads of requests block threads that all connections share.
    private static readonly int MaxRunsOnRequestThreads = Math.Max(1, Environment.ProcessorCount / 2);
    private static int _runsOnRequestThreads;

    private readonly ILogger _logger;
    private readonly int _maxRows;
    private ModelRunner? _runner;
    private int _references = 1;

    public ModelVersion(ModelMetadata metadata, string version, ModelSession session, ModelLimits limits, ILogger logger)
    {
        _logger = logger;
        _maxRows = limits.Rows;
        Metadata = metadata;
        Version = version;
        Session = session;
        Queue = new InferenceQueue(limits.QueueCapacity, limits.Executors, limits.Batch);
    }

    public ModelMetadata Metadata { get; }

    public string Version { get; }

    public ModelSession Session { get; }

    public InferenceQueue Queue { get; }

    public required VersionStatistics Statistics { get; init; }

    /// <summary>Decides about requests with empty tensors.</summary>
    public required EmptyTensors EmptyTensors { get; init; }

    /// <summary>Whether the last reference was released.</summary>
    public bool IsDisposed => Volatile.Read(ref _references) == 0;

    /// <summary>Adds a reference.</summary>
    /// <returns>False when the version is already disposed.</returns>
    public bool TryAddRef()
    {
        var references = Volatile.Read(ref _references);
        while (references > 0)
        {
            var seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references) return true;
            references = seen;
        }
        return false;
    }

    /// <summary>Releases a reference. The last release stops the workers and disposes the session.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) > 0) return;
        Queue.Complete();
        Interlocked.Exchange(ref _runner, null)?.Dispose();
        Session.Dispose();
        OnnxRuntime.ShrinkArena();
        // glibc retains freed memory.
        NativeHeap.Trim();
    }

    /// <summary>
    /// Runs a request on this thread if the model is idle and its runs are short; otherwise queues the request. The caller holds a reference, which is released
    /// after the request has run or was removed from the queue.
    /// </summary>
    /// <exception cref="InvalidInputException">The request has too many rows: 400. The reference is released.</exception>
    /// <exception cref="QueueFullException">The queue is full: 429. The reference is released.</exception>
    public ValueTask<InferResult> InferAsync(InferRequest request, CancellationToken cancellationToken)
    {
        var rows = CountRows(request);
        if (rows > _maxRows)
        {
            Release();
            throw new InvalidInputException($"the request has {rows} rows for model '{Metadata.Name}'; at most {_maxRows} are accepted: --request_rows_limit");
        }
        var pending = new PendingInference(request, rows, Queue.AllowsBatching && rows > 0 && request.Inputs.Count == Session.RequiredInputs.Count && HasRows(request, rows), cancellationToken);
        if (TryRun(pending, out var completion)) return completion;
        if (TryEnqueue(pending) || TryEnqueueAfterRemovingCancelled(pending)) return pending.Completion();
        Release();
        throw new QueueFullException(Metadata.Name, Queue.Capacity, Queue.RetryAfter);
    }

    /// <summary>Disables batching: the model does not map the rows of its inputs to rows of its outputs.</summary>
    /// <param name="reason">The reason for the log.</param>
    public void StopBatching(string reason)
    {
        Queue.StopBatching();
        EmptyTensors.DisableBatchAxis();
        Log.BatchingStopped(_logger, Metadata.Name, Version, reason);
    }

    /// <summary>Returns the batch size of a request: the first dimension of the model's first input when that dimension is dynamic, otherwise 1.</summary>
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

    private bool TryRun(PendingInference pending, out ValueTask<InferResult> completion)
    {
        completion = default;
        if (Volatile.Read(ref _runsOnRequestThreads) >= MaxRunsOnRequestThreads || !Queue.TryBeginRun()) return false;
        Interlocked.Increment(ref _runsOnRequestThreads);
        // Before the run: the caller may cancel.
        completion = pending.Completion();
        var started = Stopwatch.GetTimestamp();
        var runner = Interlocked.Exchange(ref _runner, null) ?? new ModelRunner(this);
        var completed = runner.Run(pending) ? 1 : 0;
        if (Interlocked.CompareExchange(ref _runner, runner, null) is not null) runner.Dispose();
        Interlocked.Decrement(ref _runsOnRequestThreads);
        if (Queue.EndRun(completed, Stopwatch.GetElapsedTime(started), isWorker: false)) _ = new ModelWorker(this);
        Release();
        return true;
    }

    private bool TryEnqueue(PendingInference pending)
    {
        if (!Queue.TryEnqueue(pending, out var needsWorker)) return false;
        if (needsWorker) _ = new ModelWorker(this);
        return true;
    }

    private bool TryEnqueueAfterRemovingCancelled(PendingInference pending)
    {
        for (var removed = Queue.RemoveCancelled(); removed > 0; removed--) Release();
        // Retries even when nothing was removed: a worker may have dequeued the cancelled request meanwhile.
        return TryEnqueue(pending);
    }
}
