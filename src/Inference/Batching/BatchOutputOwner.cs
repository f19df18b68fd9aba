using System.Buffers;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Inference.Batching;

/// <summary>Owns an output of a batch whose rows several responses use. Disposes the tensor after the last response has released its rows.</summary>
/// <param name="whole">The output. Takes ownership.</param>
/// <param name="references">Number of slices that will be created and disposed.</param>
internal sealed class BatchOutputOwner(Tensor whole, int references)
{
    private int _references = references;

    /// <summary>Returns some rows without copying them.</summary>
    /// <param name="shape">Shape of the slice.</param>
    /// <param name="offset">Offset in bytes.</param>
    /// <param name="length">Length in bytes.</param>
    public Tensor Slice(Shape shape, int offset, int length) => Tensor.Own(whole.Datatype, shape, new SliceMemory(this, whole.Memory.Slice(offset, length)));

    private void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0) whole.Dispose();
    }

    // The slice's tensor disposes the memory exactly once.
    private sealed class SliceMemory(BatchOutputOwner output, Memory<byte> memory) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => memory;

        public void Dispose() => output.Release();
    }
}
