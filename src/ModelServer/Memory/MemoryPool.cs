using InferenceServices.Contracts.Errors;

namespace InferenceServices.ModelServer.Memory;

/// <summary>
/// A limited amount of memory. One request may hold at most what remains free after its reservation, so a single request can hold half of the pool,
/// many requests hold equal shares, and a small request always finds room.
/// </summary>
/// <param name="content">What the memory is for, for error messages.</param>
internal sealed class MemoryPool(string content)
{
    private long _used;
    private long _rejections;
    private long _limit;

    /// <summary>Gets or sets the size of the pool.</summary>
    public long LimitBytes
    {
        get => Volatile.Read(ref _limit);
        set => Volatile.Write(ref _limit, value);
    }

    /// <summary>Gets the reserved bytes.</summary>
    public long UsedBytes => Volatile.Read(ref _used);

    /// <summary>Gets the number of failed reservations.</summary>
    public long Rejections => Volatile.Read(ref _rejections);

    /// <summary>Reserves memory.</summary>
    /// <param name="bytes">More than the request holds already.</param>
    /// <param name="held">What the request holds already.</param>
    /// <exception cref="PayloadTooLargeException">The pool can never hold so much for one request: 413.</exception>
    /// <exception cref="ServerBusyException">The pool cannot hold so much now: 429.</exception>
    public void Reserve(long bytes, long held)
    {
        var limit = LimitBytes;
        if (held + bytes <= limit / 2)
        {
            if (held + bytes <= limit - Interlocked.Add(ref _used, bytes)) return;
            Interlocked.Add(ref _used, -bytes);
        }
        Interlocked.Increment(ref _rejections);
        throw held + bytes > limit / 2 ? PayloadTooLargeException.ForMemory(held + bytes, limit / 2, content) : ServerBusyException.WithMemory(content, limit);
    }

    /// <summary>Returns memory.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _used, -bytes);
}
