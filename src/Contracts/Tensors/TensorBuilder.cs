using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Contracts.Tensors;

/// <summary>Builds a tensor in native memory when the number of elements is not known in advance.</summary>
/// <remarks>Always dispose the builder: after <see cref="Build"/> the tensor owns the memory and disposing has no effect.</remarks>
public sealed unsafe class TensorBuilder : IDisposable
{
    // Memory and spans count in 32 bits.
    private const int MaxBytes = int.MaxValue - AlignedMemory.Alignment;

    private AlignedMemory? _block;
    private int _length;

    /// <summary>Creates an empty builder.</summary>
    /// <param name="datatype">Element type.</param>
    /// <param name="capacity">Expected number of elements; the builder can grow.</param>
    public TensorBuilder(Datatype datatype, int capacity)
    {
        Datatype = datatype;
        _block = AlignedMemory.Rent((int)Math.Min((long)capacity * Math.Max(sizeof(int), datatype.SizeBytes()), MaxBytes));
    }

    /// <summary>Gets the element type.</summary>
    public Datatype Datatype { get; }

    /// <summary>Gets the number of elements added.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one element of fixed size.</summary>
    /// <typeparam name="T">.NET type of the element.</typeparam>
    /// <param name="value">Value, written little-endian.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append<T>(T value)
        where T : unmanaged
    {
        var size = Unsafe.SizeOf<T>();
        if (_block!.Capacity - _length < size) Grow(size);
        Unsafe.WriteUnaligned(_block.Address + _length, value);
        _length += size;
        Count++;
    }

    /// <summary>Adds one BYTES element.</summary>
    /// <param name="element">Content of the element; copied.</param>
    public void AppendBytes(ReadOnlySpan<byte> element)
    {
        element.CopyTo(ReserveBytes(element.Length));
        CommitBytes(element.Length);
    }

    /// <summary>Reserves memory for a BYTES element whose exact length is known only after it is written.</summary>
    /// <param name="maxLength">Maximum length of the element in bytes.</param>
    /// <returns>A span of at least that length; <see cref="CommitBytes"/> sets the actual length.</returns>
    public Span<byte> ReserveBytes(int maxLength)
    {
        if (_block!.Capacity - _length < sizeof(int) + maxLength) Grow(sizeof(int) + maxLength);
        return _block.GetSpan()[(_length + sizeof(int))..];
    }

    /// <summary>Completes the element started by <see cref="ReserveBytes"/>.</summary>
    /// <param name="length">Number of bytes written.</param>
    public void CommitBytes(int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_block!.GetSpan()[_length..], length);
        _length += sizeof(int) + length;
        Count++;
    }

    /// <summary>Builds the tensor, which takes ownership of the memory.</summary>
    /// <param name="shape">Shape with <see cref="Count"/> elements.</param>
    /// <returns>A tensor, which the caller disposes.</returns>
    public Tensor Build(Shape shape)
    {
        var block = _block ?? throw new InvalidOperationException("The tensor was built already.");
        _block = null;
        return Tensor.Adopt(Datatype, shape, block, _length);
    }

    /// <summary>Releases the memory if no tensor was built.</summary>
    public void Dispose()
    {
        (_block as IDisposable)?.Dispose();
        _block = null;
    }

    private void Grow(int needed)
    {
        if (needed > MaxBytes - _length) throw new InvalidInputException($"a {Datatype.ToWire()} tensor should have at most {MaxBytes} bytes");
        var larger = AlignedMemory.Rent(Math.Max(_length + needed, (int)Math.Min(2L * _block!.Capacity, MaxBytes)));
        _block.GetSpan()[.._length].CopyTo(larger.GetSpan());
        ((IDisposable)_block).Dispose();
        _block = larger;
    }
}
