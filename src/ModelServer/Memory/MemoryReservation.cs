using InferenceServices.Codecs;

namespace InferenceServices.ModelServer.Memory;

/// <summary>The memory of one request in progress, released when the request has ended: after its answer was sent. Pooled.</summary>
/// <param name="memory">The account.</param>
internal sealed class MemoryReservation(RequestMemory memory) : IBufferAccount, IWorkAccount, IDisposable
{
    // Estimate of a JSON body whose answer takes tens of milliseconds.
    private const long LargeBytes = 16 << 20;

    private long _body;
    private long _work;
    private long _answer;
    private long _excess;

    /// <summary>Gets the time in which the client must read a large answer.</summary>
    public TimeSpan AnswerTimeout => memory.AnswerTimeout;

    /// <summary>Gets what compresses and decodes large bodies.</summary>
    public LargeWork Decoding => memory.Decoding;

    /// <summary>Gets what writes the answer, if that takes long; otherwise null.</summary>
    public LargeWork? Encoding => _work >= LargeBytes ? memory.Encoding : null;

    /// <summary>Gets whether the answer is larger than the buffer of a connection.</summary>
    public bool HasLargeAnswer => _answer > PooledBufferWriter.SmallBytes;

    /// <inheritdoc cref="RequestMemory.SetBodyDeadline"/>
    public void SetBodyDeadline(CancellationTokenSource deadline, long started, long bytes) => memory.SetBodyDeadline(deadline, started, bytes);

    /// <summary>Reserves memory for bytes of the body that have arrived.</summary>
    /// <inheritdoc cref="MemoryPool.Reserve"/>
    public void ReserveBody(long bytes)
    {
        memory.Bodies.Reserve(bytes, _body);
        _body += bytes;
    }

    /// <summary>Releases memory of the body.</summary>
    public void ReleaseBody(long bytes)
    {
        memory.Bodies.Release(bytes);
        _body -= bytes;
    }

    /// <summary>Reserves the estimated memory of tensors and answer, before any of them exists.</summary>
    /// <inheritdoc cref="MemoryPool.Reserve"/>
    public void ReserveWork(long bytes)
    {
        memory.Work.Reserve(bytes, _work);
        _work += bytes;
        memory.RequireFree(bytes);
    }

    /// <summary>Adds memory of the answer, which is part of the work up to half of the estimate.</summary>
    /// <inheritdoc cref="MemoryPool.Reserve"/>
    public void Reserve(long bytes)
    {
        var missing = _answer + bytes - (_work / 2) - _excess;
        if (missing > 0)
        {
            memory.Work.Reserve(missing, _work + _excess);
            _excess += missing;
        }
        _answer += bytes;
    }

    /// <summary>Releases memory of the answer.</summary>
    public void Release(long bytes) => _answer -= bytes;

    /// <summary>Releases the work of one message of a stream.</summary>
    public void EndWork()
    {
        if (_work + _excess > 0) memory.Work.Release(_work + _excess);
        (_work, _answer, _excess) = (0, 0, 0);
    }

    /// <summary>Ends the request. Call once.</summary>
    public void Dispose()
    {
        if (_body > 0) ReleaseBody(_body);
        EndWork();
        memory.Return(this);
    }
}
