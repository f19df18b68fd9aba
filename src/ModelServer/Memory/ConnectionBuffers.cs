using System.Buffers;
using System.Collections.Concurrent;
using InferenceServices.Contracts.Serving;
using Microsoft.AspNetCore.Connections;

namespace InferenceServices.ModelServer.Memory;

/// <summary>
/// The buffers of Kestrel's connections: large blocks, so that a large body needs few receives. Pools share one limit. Blocks of all pools return to the
/// operating system when the server is idle.
/// </summary>
internal sealed class ConnectionBuffers : IMemoryPoolFactory<byte>, IReleasableMemory
{
    // Part of the memory of the container that large blocks may use.
    private const int ShareDivisor = 16;
    private const long MaxBytes = 64 << 20;

    private readonly ConcurrentDictionary<ConnectionBufferPool, bool> _pools = [];
    private readonly int _maxSlabs;
    private int _slabs;

    public ConnectionBuffers()
        : this(new ContainerMemory().LimitBytes)
    {
    }

    public ConnectionBuffers(long containerBytes) => _maxSlabs = (int)(Math.Min(containerBytes / ShareDivisor, MaxBytes) / ConnectionBufferPool.SlabBytes);

    /// <summary>Gets the bytes of the large blocks, in use or free.</summary>
    public long AllocatedBytes => Volatile.Read(ref _slabs) * (long)ConnectionBufferPool.SlabBytes;

    /// <summary>Creates a pool; Kestrel has one for each of its receiving threads.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null)
    {
        var pool = new ConnectionBufferPool(this);
        _pools[pool] = true;
        return pool;
    }

    public void Release()
    {
        foreach (var pool in _pools.Keys) pool.ReleasePages();
    }

    /// <summary>Counts a slab before a pool allocates the slab.</summary>
    /// <returns>False at the limit.</returns>
    internal bool TryAddSlab()
    {
        if (Interlocked.Increment(ref _slabs) <= _maxSlabs) return true;
        Interlocked.Decrement(ref _slabs);
        return false;
    }

    /// <summary>Removes a pool that Kestrel has disposed.</summary>
    internal void Remove(ConnectionBufferPool pool, int slabs)
    {
        _ = _pools.TryRemove(pool, out _);
        Interlocked.Add(ref _slabs, -slabs);
    }
}
