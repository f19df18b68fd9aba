using System.Buffers;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Inference.Batching;

/// <summary>An output of a batch, in the hands of everybody who has rows in it. Goes back when the last of them has written his.</summary>
/// <param name="whole">Owned from now on.</param>
/// <param name="shares">How many parts will be taken, and disposed.</param>
internal sealed class SharedOutput(Tensor whole, int shares)
{
    private int _shares = shares;

    /// <summary>Some rows, not copied.</summary>
    /// <param name="shape">Of the part.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    public Tensor Take(Shape shape, int offset, int length) => Tensor.Own(whole.Datatype, shape, new Share(this, whole.Memory.Slice(offset, length)));

    private void GiveBack()
    {
        if (Interlocked.Decrement(ref _shares) == 0) whole.Dispose();
    }

    // Its tensor disposes it once.
    private sealed class Share(SharedOutput output, Memory<byte> memory) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => memory;

        public void Dispose() => output.GiveBack();
    }
}
