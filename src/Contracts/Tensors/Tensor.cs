using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace InferenceServices.Contracts.Tensors;

/// <summary>
/// Elements of one type in row-major order, little-endian, in memory that goes back to its pool when the tensor is disposed.
/// BYTES elements lie one behind the other, each behind its length (unsigned 32 bits), as the binary tensor extension has them.
/// </summary>
/// <remarks>Not thread-safe. One owner disposes it; using it afterwards is an error.</remarks>
public sealed class Tensor : IDisposable
{
    private byte[]? _rented;
    private IMemoryOwner<byte>? _owner;
    private Memory<byte> _memory;

    private Tensor(Datatype datatype, Shape shape, Memory<byte> memory)
    {
        Datatype = datatype;
        Shape = shape;
        _memory = memory;
    }

    /// <summary>Element type.</summary>
    public Datatype Datatype { get; }

    /// <summary>Axes; none is free.</summary>
    public Shape Shape { get; }

    /// <summary>All elements as the wire has them.</summary>
    public ReadOnlySpan<byte> Bytes => _memory.Span;

    /// <summary>The memory behind <see cref="Bytes"/>, for interfaces that pin it.</summary>
    public Memory<byte> Memory => _memory;

    /// <summary>The BYTES elements in order.</summary>
    public BytesElements Elements => new(Bytes);

    /// <summary>Rents memory for a tensor of fixed-size elements. The content is undefined until written.</summary>
    /// <param name="datatype">Anything but BYTES, which <see cref="TensorBuilder"/> makes.</param>
    /// <param name="shape">No free axis.</param>
    /// <returns>A tensor to fill through <see cref="Values{T}"/>.</returns>
    /// <exception cref="ArgumentException">The datatype is BYTES or the shape has no element count.</exception>
    public static Tensor Rent(Datatype datatype, Shape shape)
    {
        if (datatype == Datatype.Bytes) throw new ArgumentException("BYTES elements differ in length; use TensorBuilder.", nameof(datatype));
        if (!shape.TryGetElementCount(out var count)) throw new ArgumentException($"Shape {shape} has no element count.", nameof(shape));
        return Rent(datatype, shape, checked(count * datatype.SizeBytes()));
    }

    /// <summary>Rents memory for a tensor whose length in bytes is known, which is how BYTES can be had too. The content is undefined until written.</summary>
    /// <param name="datatype">Any.</param>
    /// <param name="shape">No free axis.</param>
    /// <param name="length">Bytes that its elements will take.</param>
    /// <returns>A tensor to fill through <see cref="Memory"/>.</returns>
    public static Tensor Rent(Datatype datatype, Shape shape, int length) => Adopt(datatype, shape, ArrayPool<byte>.Shared.Rent(length), length);

    /// <summary>Makes a tensor of values, copied.</summary>
    /// <typeparam name="T">The .NET type of the element, of the datatype's size.</typeparam>
    /// <param name="datatype">Anything but BYTES.</param>
    /// <param name="shape">No free axis; its element count is the number of values.</param>
    /// <param name="values">Row-major.</param>
    /// <returns>A tensor the caller disposes.</returns>
    /// <exception cref="ArgumentException">Count or size disagree.</exception>
    public static Tensor Of<T>(Datatype datatype, Shape shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (!shape.TryGetElementCount(out var count) || count != values.Length)
            throw new ArgumentException($"Shape {shape} does not hold {values.Length} values.", nameof(shape));
        var tensor = Rent(datatype, shape);
        values.CopyTo(tensor.Values<T>());
        return tensor;
    }

    /// <summary>Makes a tensor of bytes as the wire has them, copied.</summary>
    /// <param name="datatype">Any.</param>
    /// <param name="shape">No free axis.</param>
    /// <param name="bytes">Known to be elements of the datatype, as many as the shape says.</param>
    /// <returns>A tensor the caller disposes.</returns>
    public static Tensor Copy(Datatype datatype, Shape shape, ReadOnlySpan<byte> bytes)
    {
        var tensor = Rent(datatype, shape, bytes.Length);
        bytes.CopyTo(tensor._memory.Span);
        return tensor;
    }

    /// <summary>Wraps memory of another owner; disposing the tensor disposes that owner.</summary>
    /// <param name="datatype">Any.</param>
    /// <param name="shape">No free axis.</param>
    /// <param name="owner">Holds exactly the tensor's bytes.</param>
    /// <returns>A tensor over that memory, not copied.</returns>
    public static Tensor Own(Datatype datatype, Shape shape, IMemoryOwner<byte> owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return new Tensor(datatype, shape, owner.Memory) { _owner = owner };
    }

    /// <summary>The elements as .NET values.</summary>
    /// <typeparam name="T">A type of the element's size: <see cref="float"/> for FP32, <see cref="Half"/> for FP16, <see cref="byte"/> for BOOL.</typeparam>
    /// <returns>Row-major; writable.</returns>
    /// <exception cref="InvalidOperationException">The size of <typeparamref name="T"/> is not the element's.</exception>
    public Span<T> Values<T>()
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != Datatype.SizeBytes())
            throw new InvalidOperationException($"A {Datatype.ToWire()} tensor has no elements of {Unsafe.SizeOf<T>()} bytes.");
        return MemoryMarshal.Cast<byte, T>(_memory.Span);
    }

    /// <summary>Gives the memory back. Safe to repeat.</summary>
    public void Dispose()
    {
        _memory = default;
        if (Interlocked.Exchange(ref _rented, null) is { } rented) ArrayPool<byte>.Shared.Return(rented);
        Interlocked.Exchange(ref _owner, null)?.Dispose();
    }

    internal static Tensor Adopt(Datatype datatype, Shape shape, byte[] rented, int length)
        => new(datatype, shape, rented.AsMemory(0, length)) { _rented = rented };
}
