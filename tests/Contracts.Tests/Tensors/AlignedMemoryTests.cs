using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Contracts.Tests.Tensors;

public sealed class AlignedMemoryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(3_000_001)]
    public unsafe void Every_block_is_aligned_and_large_enough(int length)
    {
        using var block = AlignedMemory.Rent(length);

        Assert.Equal(0, (nint)block.Address % 64);
        Assert.Equal(AlignedMemory.CapacityOf(length), block.Capacity);
        Assert.InRange(block.Capacity, length, Math.Max(256, 4 * length));
        block.Memory.Span.Fill(1);
    }

    [Fact]
    public unsafe void A_small_block_is_reused_by_the_thread()
    {
        var first = AlignedMemory.Rent(100);
        var address = (nint)first.Address;
        ((IDisposable)first).Dispose();

        using var second = AlignedMemory.Rent(200);

        Assert.Equal(address, (nint)second.Address);
    }

    [Fact]
    public unsafe void A_thread_that_ends_frees_its_blocks()
    {
        AlignedMemory? block = null;
        var thread = new Thread(() =>
        {
            block = AlignedMemory.Rent(100);
            ((IDisposable)block).Dispose();
            AlignedMemory.FreeBlocksOfThread();
        });
        thread.Start();
        thread.Join();

        Assert.True(block!.Address is null);
    }

    // The finalizer does not clear the reference, but the second collection after it. A collection of another test can be that one, hence the attempts.
    [Fact]
    public unsafe void The_blocks_of_a_thread_that_has_ended_are_freed_by_the_garbage_collection()
    {
        var isFreed = false;
        for (var attempt = 0; attempt < 20 && !isFreed; attempt++)
        {
            var block = ReleaseInOtherThread();
            for (var collection = 0; collection < 3 && !isFreed; collection++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                isFreed = block.Target is AlignedMemory { Capacity: 0 };
            }
        }

        Assert.True(isFreed);

        static WeakReference ReleaseInOtherThread()
        {
            WeakReference? block = null;
            var thread = new Thread(() =>
            {
                var rented = AlignedMemory.Rent(100);
                block = new WeakReference(rented, trackResurrection: true);
                ((IDisposable)rented).Dispose();
            });
            thread.Start();
            thread.Join();
            return block!;
        }
    }

    [Fact]
    public void Renting_a_small_block_allocates_nothing()
    {
        for (var turn = 0; turn < 3; turn++) Rent();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var turn = 0; turn < 100; turn++) Rent();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Rent()
        {
            using var first = AlignedMemory.Rent(100);
            using var second = AlignedMemory.Rent(10_000);
        }
    }

    [Fact]
    public void A_large_block_cannot_be_read_after_it_is_disposed()
    {
        var block = AlignedMemory.Rent(100_000);
        var memory = block.Memory;

        ((IDisposable)block).Dispose();

        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Span.Length);
    }

    [Fact]
    public void Memory_of_undisposed_tensors_is_released()
    {
        for (var turn = 0; turn < 20; turn++) Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.InRange(Environment.WorkingSet, 1, 1L << 30);

        static void Forget() => Tensor.Rent(Datatype.Uint8, new Shape(64 << 20)).Values<byte>().Fill(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public unsafe void Tensors_are_aligned(int count)
    {
        using var tensor = Tensor.Rent(Datatype.Int64, new Shape(count));
        using var pin = tensor.Memory.Pin();

        Assert.Equal(0, (nint)pin.Pointer % Tensor.Alignment);
    }
}
