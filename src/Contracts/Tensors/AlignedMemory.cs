using System.Buffers;
using System.Runtime.InteropServices;

namespace InferenceServices.Contracts.Tensors;

/// <summary>
/// A block of native memory for one tensor, aligned to 64 bytes: the results of ONNX Runtime depend on the alignment of its inputs. A small block is
/// reused by the thread that releases it; a large block is returned to the operating system at once.
/// </summary>
internal sealed unsafe class AlignedMemory : MemoryManager<byte>, IDisposable
{
    /// <summary>Alignment in bytes: the widest vector of a processor, and its cache line.</summary>
    public const int Alignment = 64;

    // Sizes of reused blocks: 256 bytes, 1, 4, 16 and 64 KiB.
    private const int SmallestShift = 8;
    private const int ShiftPerClass = 2;
    private const int Classes = 5;

    // Tensors of one request, often released by another thread than the one that rented them.
    private const int BlocksPerClass = 4;

    [ThreadStatic]
    private static FreeBlocks _free;

    private readonly int _class;
    private byte* _address;

    private AlignedMemory(int capacity, int sizeClass)
    {
        _class = sizeClass;
        Capacity = capacity;
        _address = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, Alignment);
    }

    // Frees a block that its owner did not dispose, or that belonged to a thread that has ended. A tensor that its owner disposes is reachable while
    // a span of it is in use.
#pragma warning disable CA2015
    ~AlignedMemory() => Free();
#pragma warning restore CA2015

    /// <summary>Gets the usable length in bytes.</summary>
    public int Capacity { get; private set; }

    /// <summary>Gets the address; null after the block is disposed and freed.</summary>
    public byte* Address => _address;

    /// <summary>Returns a block with undefined content.</summary>
    /// <param name="length">Least length in bytes.</param>
    /// <exception cref="OutOfMemoryException">The operating system has no memory for the block.</exception>
    public static AlignedMemory Rent(int length)
    {
        var sizeClass = ClassOf(length);
        return sizeClass == Classes ? new AlignedMemory(length, Classes) : _free.Take(sizeClass) ?? new AlignedMemory(CapacityOf(sizeClass, length), sizeClass);
    }

    /// <summary>Returns the capacity of a block before the block is rented.</summary>
    public static int CapacityOf(int length) => CapacityOf(ClassOf(length), length);

    private static int CapacityOf(int sizeClass, int length) => sizeClass == Classes ? length : 1 << (SmallestShift + (ShiftPerClass * sizeClass));

    private static int ClassOf(int length)
    {
        var sizeClass = 0;
        while (sizeClass < Classes && length > CapacityOf(sizeClass, length)) sizeClass++;
        return sizeClass;
    }

    public override Span<byte> GetSpan() => new(_address, Capacity);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_address + elementIndex);

    public override void Unpin()
    {
    }

    /// <summary>Releases the block: the thread reuses a small one for its next tensor.</summary>
    // MemoryManager's own method suppresses the finalizer, which frees the blocks of a thread that has ended.
    void IDisposable.Dispose()
    {
        if (_class < Classes && _free.TryAdd(_class, this)) return;
        Free();
#pragma warning disable CA1816 // This is Dispose.
        GC.SuppressFinalize(this);
#pragma warning restore CA1816
    }

    /// <summary>Frees the blocks that wait for reuse by the thread. For a thread that ends: its blocks would be freed by a garbage collection, which native memory does not cause.</summary>
    public static void FreeBlocksOfThread() => _free.Clear();

    protected override void Dispose(bool disposing)
    {
    }

    private void Free()
    {
        // A later access to the memory throws, because the span is too short.
        Capacity = 0;
        NativeMemory.AlignedFree(_address);
        _address = null;
    }

    private struct FreeBlocks
    {
        private AlignedMemory?[]? _blocks;

        public AlignedMemory? Take(int sizeClass)
        {
            if (_blocks is null) return null;
            var blocks = _blocks.AsSpan(sizeClass * BlocksPerClass, BlocksPerClass);
            foreach (ref var block in blocks)
            {
                if (block is not { } found) continue;
                block = null;
                return found;
            }
            return null;
        }

        public void Clear()
        {
            foreach (ref var block in _blocks.AsSpan())
            {
                if (block is null) continue;
                block.Free();
                block = null;
            }
        }

        public bool TryAdd(int sizeClass, AlignedMemory released)
        {
            _blocks ??= new AlignedMemory?[Classes * BlocksPerClass];
            var blocks = _blocks.AsSpan(sizeClass * BlocksPerClass, BlocksPerClass);
            foreach (ref var block in blocks)
            {
                if (block is not null) continue;
                block = released;
                return true;
            }
            return false;
        }
    }
}
