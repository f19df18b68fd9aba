using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace InferenceServices.Contracts.Tensors;

/// <summary>Collects elements into pooled memory when their number is not known in advance.</summary>
/// <remarks>Dispose it in every case: after <see cref="Build"/> the memory belongs to the tensor and disposing does nothing.</remarks>
public sealed class TensorBuilder : IDisposable
{
    private byte[]? _buffer;
    private int _length;

    /// <summary>Starts an empty tensor.</summary>
    /// <param name="datatype">Element type.</param>
    /// <param name="capacity">Elements expected; more may come.</param>
    public TensorBuilder(Datatype datatype, int capacity)
    {
        Datatype = datatype;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(64, capacity * Math.Max(sizeof(int), datatype.SizeBytes())));
    }

    /// <summary>Element type.</summary>
    public Datatype Datatype { get; }

    /// <summary>Elements so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one element of fixed size.</summary>
    /// <typeparam name="T">The .NET type of the element.</typeparam>
    /// <param name="value">Written little-endian, as the machine has it.</param>
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
    /// <param name="element">Copied.</param>
    public void AppendBytes(ReadOnlySpan<byte> element)
    {
        element.CopyTo(ReserveBytes(element.Length));
        CommitBytes(element.Length);
    }

    /// <summary>Room for one BYTES element whose exact length is known only once it is written.</summary>
    /// <param name="maxLength">Most bytes the element may take.</param>
    /// <returns>A span of at least that length; <see cref="CommitBytes"/> says how much of it counts.</returns>
    public Span<byte> ReserveBytes(int maxLength)
    {
        if (_buffer!.Length - _length < sizeof(int) + maxLength) Grow(sizeof(int) + maxLength);
        return _buffer.AsSpan(_length + sizeof(int));
    }

    /// <summary>Ends the element begun by <see cref="ReserveBytes"/>.</summary>
    /// <param name="length">Bytes written.</param>
    public void CommitBytes(int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), length);
        _length += sizeof(int) + length;
        Count++;
    }

    /// <summary>Hands the memory over to a tensor.</summary>
    /// <param name="shape">Its element count is <see cref="Count"/>.</param>
    /// <returns>A tensor the caller disposes.</returns>
    public Tensor Build(Shape shape)
    {
        var buffer = _buffer ?? throw new InvalidOperationException("The tensor was built already.");
        _buffer = null;
        return Tensor.Adopt(Datatype, shape, buffer, _length);
    }

    /// <summary>Gives the memory back if no tensor was built.</summary>
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
