using System.Diagnostics;
using System.Threading.Tasks.Sources;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;

namespace InferenceServices.Inference.Batching;

/// <summary>
/// A request on its way through a model's queue, and the task its caller awaits. It is queued, then either started by an executor or
/// abandoned by its caller, never both: so nobody reads tensors whose memory went back to the pool.
/// </summary>
/// <param name="request">Fits the model; its memory is the caller's until this has ended.</param>
/// <param name="rows">What it counts as.</param>
/// <param name="joins">Whether its rows may run with others'.</param>
/// <param name="cancellationToken">Of its caller.</param>
internal sealed class PendingInference(InferRequest request, long rows, bool joins, CancellationToken cancellationToken) : IValueTaskSource<InferResult>
{
    private const int Queued = 0, Started = 1, Abandoned = 2;

    // The caller encodes JSON and writes to a socket: not on the executor's time.
    private ManualResetValueTaskSourceCore<InferResult> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private volatile Executor? _executor;
    private int _state;

    public InferRequest Request => request;

    public long Rows => rows;

    /// <summary>Whether its rows may run with others'; all its inputs then have as many.</summary>
    public bool Joins => joins;

    /// <summary>Of all inputs.</summary>
    public long Bytes { get; } = joins ? request.CountBytes() : 0;

    /// <summary>When it came, as <see cref="Stopwatch"/> counts.</summary>
    public long QueuedAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>Whether its caller has gone.</summary>
    public bool IsCancellationRequested => cancellationToken.IsCancellationRequested;

    /// <summary>Whether its caller left before it was started, so that it never will be.</summary>
    public bool IsAbandoned => Volatile.Read(ref _state) == Abandoned;

    /// <summary>What the caller awaits. Ends when the run has, or when the request has left the queue.</summary>
    public ValueTask<InferResult> Completion()
    {
        if (cancellationToken.CanBeCanceled)
            _registration = cancellationToken.UnsafeRegister(static pending => ((PendingInference)pending!).Cancel(), this);
        return new ValueTask<InferResult>(this, _source.Version);
    }

    /// <summary>Whether its rows can run in one batch with another's: same inputs, datatypes, axes after the first, and outputs wanted.</summary>
    public bool CanJoin(PendingInference other)
    {
        if (!joins || !other.Joins) return false;
        var (mine, others) = (request.Inputs, other.Request.Inputs);
        if (mine.Count != others.Count) return false;
        for (var i = 0; i < mine.Count; i++)
        {
            var (one, another) = (mine[i], others[i]);
            if (one.Name != another.Name || one.Tensor.Datatype != another.Tensor.Datatype) return false;
            if (!one.Tensor.Shape.AsSpan()[1..].SequenceEqual(another.Tensor.Shape.AsSpan()[1..])) return false;
        }
        return WantsTheSame(request.Outputs, other.Request.Outputs);
    }

    /// <summary>Claims the request for a run.</summary>
    /// <returns>False when its caller has gone.</returns>
    public bool TryStart(Executor executor)
    {
        _executor = executor;
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

    private static bool WantsTheSame(IReadOnlyList<RequestedOutput>? one, IReadOnlyList<RequestedOutput>? other)
    {
        if (one is null || other is null) return one == other;
        if (one.Count != other.Count) return false;
        for (var i = 0; i < one.Count; i++)
            if (one[i].Name != other[i].Name) return false;
        return true;
    }

    private void Cancel()
    {
        if (Interlocked.CompareExchange(ref _state, Abandoned, Queued) == Queued)
            _source.SetException(new OperationCanceledException(cancellationToken));
        else
            _executor?.Leave(this);
    }
}
