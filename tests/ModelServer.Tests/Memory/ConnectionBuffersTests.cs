using System.Runtime.InteropServices;
using InferenceServices.ModelServer.Memory;

namespace InferenceServices.ModelServer.Tests.Memory;

public sealed class ConnectionBuffersTests
{
    private const long OneSlab = 16L * ConnectionBufferPool.SlabBytes;

    [Fact]
    public void Blocks_are_large_distinct_parts_of_arrays_that_start_at_a_page()
    {
        using var pool = new ConnectionBuffers(OneSlab).Create();
        var starts = new HashSet<int>();

        for (var i = 0; i < ConnectionBufferPool.SlabBytes / ConnectionBufferPool.BlockBytes; i++)
        {
            var block = pool.Rent(4_096).Memory;
            Assert.Equal(ConnectionBufferPool.BlockBytes, block.Length);
            Assert.True(MemoryMarshal.TryGetArray<byte>(block, out var segment));
            Assert.Equal(0, Marshal.UnsafeAddrOfPinnedArrayElement(segment.Array!, segment.Offset) % Environment.SystemPageSize);
            starts.Add(segment.Offset);
        }

        Assert.Equal(ConnectionBufferPool.SlabBytes / ConnectionBufferPool.BlockBytes, starts.Count);
    }

    [Fact]
    public void The_block_that_was_returned_last_is_rented_first()
    {
        using var pool = new ConnectionBuffers(OneSlab).Create();
        var (first, second) = (pool.Rent(), pool.Rent());
        first.Dispose();
        second.Dispose();

        Assert.Same(second, pool.Rent());
        Assert.Same(first, pool.Rent());
    }

    [Fact]
    public void Pools_share_one_limit_beyond_which_blocks_are_small()
    {
        var buffers = new ConnectionBuffers(OneSlab);
        using (var first = buffers.Create())
        using (var second = buffers.Create())
        {
            Assert.Equal(ConnectionBufferPool.BlockBytes, first.Rent().Memory.Length);
            Assert.Equal(4_096, second.Rent().Memory.Length);
            Assert.Equal(20_000, second.Rent(20_000).Memory.Length);
            Assert.Equal(ConnectionBufferPool.SlabBytes, buffers.AllocatedBytes);
        }
        Assert.Equal(0, buffers.AllocatedBytes);
    }

    [Fact]
    public void Released_memory_can_be_used_again_and_blocks_in_use_do_not_change()
    {
        var buffers = new ConnectionBuffers(OneSlab);
        using var pool = buffers.Create();
        var (used, free) = (pool.Rent(), pool.Rent());
        used.Memory.Span.Fill(1);
        free.Memory.Span.Fill(2);
        free.Dispose();

        buffers.Release();

        Assert.False(used.Memory.Span.ContainsAnyExcept((byte)1));
        var again = pool.Rent().Memory.Span;
        if (OperatingSystem.IsLinux()) Assert.False(again.ContainsAnyExcept((byte)0));
        again.Fill(3);
        Assert.False(again.ContainsAnyExcept((byte)3));
    }

    [Fact]
    public void A_block_can_be_returned_after_its_pool_was_disposed()
    {
        var pool = new ConnectionBuffers(OneSlab).Create();
        var block = pool.Rent();
        pool.Dispose();

        block.Dispose();

        Assert.Throws<ObjectDisposedException>(() => pool.Rent());
    }
}
