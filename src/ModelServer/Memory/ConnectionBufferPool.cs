using System.Buffers;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.ModelServer.Memory;

/// <summary>
/// Blocks of pinned arrays. Kestrel sends only from arrays, so native memory is not possible. The block that was released last is rented first: few blocks
/// are touched, and untouched pages take no memory.
/// </summary>
/// <param name="owner">Limits the blocks of all pools. Beyond the limit, blocks are small and not pooled.</param>
internal sealed class ConnectionBufferPool(ConnectionBuffers owner) : MemoryPool<byte>
{
    /// <summary>Length of a block.</summary>
    public const int BlockBytes = 32 << 10;

    /// <summary>Length of the arrays that blocks are parts of.</summary>
    public const int SlabBytes = 1 << 20;

    // Length of a block beyond the limit: Kestrel's own.
    private const int SmallBytes = 4 << 10;

    private readonly Lock _lock = new();
    private readonly Stack<Block> _free = new();
    private int _slabs;
    private bool _isDisposed;

    public override int MaxBufferSize => BlockBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_free.TryPop(out var block) || (owner.TryAddSlab() && AddSlab().TryPop(out block)))
            {
                block.IsTouched = true;
                return block;
            }
        }
        return new Block(pool: null, new byte[Math.Max(minBufferSize, SmallBytes)]);
    }

    /// <summary>Returns the memory of free blocks to the operating system; the blocks stay usable.</summary>
    public void ReleasePages()
    {
        lock (_lock)
        {
            foreach (var block in _free) block.ReleasePages();
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _free.Clear();
        }
        owner.Remove(this, _slabs);
    }

    private Stack<Block> AddSlab()
    {
        // One page more, so that blocks can start at a page.
        var slab = GC.AllocateUninitializedArray<byte>(SlabBytes + MemoryPages.Bytes, pinned: true);
        var first = MemoryPages.FirstOffset(slab);
        for (var offset = first; offset < first + SlabBytes; offset += BlockBytes) _free.Push(new Block(this, slab.AsMemory(offset, BlockBytes)));
        _slabs++;
        return _free;
    }

    private void Return(Block block)
    {
        lock (_lock)
        {
            if (!_isDisposed) _free.Push(block);
        }
    }

    private sealed class Block(ConnectionBufferPool? pool, Memory<byte> memory) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => memory;

        /// <summary>Whether the block was rented after its pages were released.</summary>
        public bool IsTouched { get; set; }

        public void Dispose() => pool?.Return(this);

        public void ReleasePages()
        {
            if (!IsTouched) return;
            IsTouched = false;
            MemoryPages.Release(memory.Span);
        }
    }
}
