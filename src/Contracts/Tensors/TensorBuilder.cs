using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace InferenceServices.Contracts.Tensors;

/// <summary>Builds a tensor in pooled memory when the number of elements is not known in advance.</summary>
/// <remarks>Always dispose the builder: after <see cref="Build"/> the tensor owns the memory and disposing has no effect.</remarks>
public sealed class TensorBuilder : IDisposable
{
    private byte[]? _buffer;
    private int _length;

    /// <summary>Creates an empty builder.</summary>
    /// <param name="datatype">Element type.</param>
    /// <param name="capacity">Expected number of elements; the builder can grow.</param>
    public TensorBuilder(Datatype datatype, int capacity)
    {
        Datatype = datatype;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(64, capacity * Math.Max(sizeof(int), datatype.SizeBytes())));
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
        if (_buffer!.Length - _length < size) Grow(size);
        MemoryMarshal.Write(_buffer.AsSpan(_length), in value);
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
        if (_buffer!.Length - _length < sizeof(int) + maxLength) Grow(sizeof(int) + maxLength);
        return _buffer.AsSpan(_length + sizeof(int));
    }

    /// <summary>Completes the element started by <see cref="ReserveBytes"/>.</summary>
    /// <param name="length">Number of bytes written.</param>
    public void CommitBytes(int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), length);
        _length += sizeof(int) + length;
        Count++;
    }

    /// <summary>Builds the tensor, which takes ownership of the memory.</summary>
    /// <param name="shape">Shape with <see cref="Count"/> elements.</param>
    /// <returns>A tensor, which the caller disposes.</returns>
    public Tensor Build(Shape shape)
    {
        var buffer = _buffer ?? throw new InvalidOperationException("The tensor was built already.");
        _buffer = null;
        return Tensor.Adopt(Datatype, shape, buffer, _length);
    }

    /// <summary>Returns the memory if no tensor was built.</summary>
    public void Dispose()
    {
        if (_buffer is null) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + needed), (int)Math.Min(2L * _buffer!.Length, Array.MaxLength)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
