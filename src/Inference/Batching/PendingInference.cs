using System.Diagnostics;
using System.Threading.Tasks.Sources;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;

namespace InferenceServices.Inference.Batching;

/// <summary>
/// A queued request and the task that its caller awaits. The request is either started by a worker or cancelled by its caller, never both,
/// so tensors are not read after their memory was returned to the pool.
/// </summary>
/// <param name="request">A request that matches the model's signature. The caller must not dispose it before completion.</param>
/// <param name="rows">Number of rows.</param>
/// <param name="isBatchable">Whether the request may be batched with others.</param>
/// <param name="cancellationToken">Token of the caller.</param>
internal sealed class PendingInference(InferRequest request, long rows, bool isBatchable, CancellationToken cancellationToken) : IValueTaskSource<InferResult>
{
    private const int Queued = 0, Started = 1, Cancelled = 2;

    // Continuations encode and write the response, which must not run on the worker thread.
    private ManualResetValueTaskSourceCore<InferResult> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private volatile ModelRunner? _runner;
    private int _state;

    public InferRequest Request => request;

    public long Rows => rows;

    /// <summary>Whether the request may be batched with others. All inputs then have the same number of rows.</summary>
    public bool IsBatchable => isBatchable;

    /// <summary>Size of all inputs in bytes; 0 when the request is not batchable.</summary>
    public long Bytes { get; } = isBatchable ? request.CountBytes() : 0;

    /// <summary>Arrival of the request, as a <see cref="Stopwatch"/> timestamp.</summary>
    public long QueuedAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>Whether the caller has cancelled the request.</summary>
    public bool IsCancellationRequested => cancellationToken.IsCancellationRequested;

    /// <summary>Whether the request was cancelled before a worker started it.</summary>
    public bool IsCancelled => Volatile.Read(ref _state) == Cancelled;

    /// <summary>Returns the task that the caller awaits. It completes after the run, or when the request is cancelled in the queue.</summary>
    public ValueTask<InferResult> Completion()
    {
        if (cancellationToken.CanBeCanceled)
            _registration = cancellationToken.UnsafeRegister(static pending => ((PendingInference)pending!).Cancel(), this);
        return new ValueTask<InferResult>(this, _source.Version);
    }

    /// <summary>Returns whether two requests can be batched: same inputs, datatypes, dimensions after the first, and requested outputs.</summary>
    public bool CanBatchWith(PendingInference other)
    {
        if (!isBatchable || !other.IsBatchable) return false;
        var (mine, others) = (request.Inputs, other.Request.Inputs);
        if (mine.Count != others.Count) return false;
        for (var i = 0; i < mine.Count; i++)
        {
            var (input, otherInput) = (mine[i], others[i]);
            if (input.Name != otherInput.Name || input.Tensor.Datatype != otherInput.Tensor.Datatype) return false;
            if (!input.Tensor.Shape.AsSpan()[1..].SequenceEqual(otherInput.Tensor.Shape.AsSpan()[1..])) return false;
        }
        return HaveSameOutputs(request.Outputs, other.Request.Outputs);
    }

    /// <summary>Starts the request.</summary>
    /// <returns>False when the request is cancelled.</returns>
    public bool TryStart(ModelRunner runner)
    {
        _runner = runner;
        return Interlocked.CompareExchange(ref _state, Started, Queued) == Queued;
    }

    public void Complete(InferOutput[] outputs, InferenceTimings times) => _source.SetResult(new InferResult(outputs, QueuedAt, times));

    public void Fail(Exception exception)
        => _source.SetException(cancellationToken.IsCancellationRequested ? new OperationCanceledException(cancellationToken) : exception);

    InferResult IValueTaskSource<InferResult>.GetResult(short token)
    {
        _registration.Unregister();
        return _source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<InferResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<InferResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _source.OnCompleted(continuation, state, token, flags);

    private static bool HaveSameOutputs(IReadOnlyList<RequestedOutput>? first, IReadOnlyList<RequestedOutput>? second)
    {
        if (first is null || second is null) return first == second;
        if (first.Count != second.Count) return false;
        for (var i = 0; i < first.Count; i++)
            if (first[i].Name != second[i].Name) return false;
        return true;
    }

    private void Cancel()
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Queued) == Queued)
            _source.SetException(new OperationCanceledException(cancellationToken));
        else
            _runner?.Cancel(this);
    }
}
