using System.Diagnostics;
using System.Threading.Tasks.Sources;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Inference.Batching;

/// <summary>
/// A request on its way through a model's queue, and the task its caller awaits. It is queued, then either started by an executor or
/// abandoned by its caller, never both: so nobody reads tensors whose memory went back to the pool.
/// </summary>
internal sealed class PendingInference(InferRequest request, CancellationToken cancellationToken) : IValueTaskSource<InferOutput[]>
{
    private const int Queued = 0, Started = 1, Abandoned = 2;

    // The caller encodes JSON and writes to a socket: not on the executor's time.
    private ManualResetValueTaskSourceCore<InferOutput[]> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private volatile Executor? _executor;
    private int _state;

    public InferRequest Request => request;

    /// <summary>When it came, as <see cref="Stopwatch"/> counts.</summary>
    public long QueuedAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>Whether its caller has gone.</summary>
    public bool IsCancellationRequested => cancellationToken.IsCancellationRequested;

    /// <summary>Whether its caller left before it was started, so that it never will be.</summary>
    public bool IsAbandoned => Volatile.Read(ref _state) == Abandoned;

    /// <summary>What the caller awaits. Ends when the run has, or when the request has left the queue.</summary>
    public ValueTask<InferOutput[]> Completion()
    {
        if (cancellationToken.CanBeCanceled)
            _registration = cancellationToken.UnsafeRegister(static pending => ((PendingInference)pending!).Cancel(), this);
        return new ValueTask<InferOutput[]>(this, _source.Version);
    }

    /// <summary>Claims the request for a run.</summary>
    /// <returns>False when its caller has gone.</returns>
    public bool TryStart(Executor executor)
    {
        _executor = executor;
        return Interlocked.CompareExchange(ref _state, Started, Queued) == Queued;
    }

    public void Complete(InferOutput[] outputs) => _source.SetResult(outputs);

    public void Fail(Exception exception)
        => _source.SetException(cancellationToken.IsCancellationRequested ? new OperationCanceledException(cancellationToken) : exception);

    InferOutput[] IValueTaskSource<InferOutput[]>.GetResult(short token)
    {
        _registration.Unregister();
        return _source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<InferOutput[]>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<InferOutput[]>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _source.OnCompleted(continuation, state, token, flags);

    private void Cancel()
    {
        if (Interlocked.CompareExchange(ref _state, Abandoned, Queued) == Queued)
            _source.SetException(new OperationCanceledException(cancellationToken));
        else
            _executor?.Terminate(this);
    }
}
