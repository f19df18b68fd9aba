using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace InferenceServices.Contracts.Tensors;

/// <summary>
/// Elements of one datatype in row-major order, little-endian, in native memory that is released when the tensor is disposed.
/// BYTES elements are stored consecutively, each with a length prefix (unsigned 32 bits), as in the binary tensor extension.
/// </summary>
/// <remarks>Not thread-safe. One owner disposes the tensor, which must not be used afterwards.</remarks>
public sealed class Tensor : IDisposable
{
    private IMemoryOwner<byte>? _owner;
    private Memory<byte> _memory;

    private Tensor(Datatype datatype, Shape shape, IMemoryOwner<byte> owner, Memory<byte> memory)
    {
        Datatype = datatype;
        Shape = shape;
        _owner = owner;
        _memory = memory;
    }

    /// <summary>Gets the alignment of rented memory in bytes. ONNX Runtime returns the same bits for the same input only if the input is aligned.</summary>
    public static int Alignment => AlignedMemory.Alignment;

    /// <summary>Gets the element type.</summary>
    public Datatype Datatype { get; }

    /// <summary>Gets the shape; no axis is dynamic.</summary>
    public Shape Shape { get; }

    /// <summary>Gets all elements in wire format.</summary>
    public ReadOnlySpan<byte> Bytes => _memory.Span;

    /// <summary>Gets the memory of <see cref="Bytes"/>, for APIs that pin it.</summary>
    public Memory<byte> Memory => _memory;

    /// <summary>Gets the BYTES elements in order.</summary>
    public BytesElements Elements => new(Bytes);

    /// <summary>Allocates memory for a tensor of fixed-size elements. Its content is undefined until written.</summary>
    /// <param name="datatype">Any datatype except BYTES, for which <see cref="TensorBuilder"/> is used.</param>
    /// <param name="shape">Shape without dynamic axes.</param>
    /// <returns>A tensor to fill through <see cref="Values{T}"/>.</returns>
    /// <exception cref="ArgumentException">The datatype is BYTES or the shape has no element count.</exception>
    public static Tensor Rent(Datatype datatype, Shape shape)
    {
        if (datatype == Datatype.Bytes) throw new ArgumentException("BYTES elements differ in length; use TensorBuilder.", nameof(datatype));
        if (!shape.TryGetElementCount(out var count)) throw new ArgumentException($"Shape {shape} has no element count.", nameof(shape));
        return Rent(datatype, shape, checked(count * datatype.SizeBytes()));
    }

    /// <summary>Allocates memory for a tensor of known length in bytes, also for BYTES. Its content is undefined until written.</summary>
    /// <param name="datatype">Any datatype.</param>
    /// <param name="shape">Shape without dynamic axes.</param>
    /// <param name="length">Length of all elements in bytes.</param>
    /// <returns>A tensor to fill through <see cref="Memory"/>.</returns>
    public static Tensor Rent(Datatype datatype, Shape shape, int length) => Adopt(datatype, shape, AlignedMemory.Rent(length), length);

    /// <summary>Creates a tensor from a copy of values.</summary>
    /// <typeparam name="T">.NET type of the elements, of the datatype's size.</typeparam>
    /// <param name="datatype">Any datatype except BYTES.</param>
    /// <param name="shape">Shape without dynamic axes; its element count is the number of values.</param>
    /// <param name="values">Values in row-major order.</param>
    /// <returns>A tensor, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The count or size does not match.</exception>
    public static Tensor Of<T>(Datatype datatype, Shape shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (!shape.TryGetElementCount(out var count) || count != values.Length)
            throw new ArgumentException($"Shape {shape} does not hold {values.Length} values.", nameof(shape));
        var tensor = Rent(datatype, shape);
        values.CopyTo(tensor.Values<T>());
        return tensor;
    }

    /// <summary>Creates a tensor from a copy of bytes in wire format.</summary>
    /// <param name="datatype">Any datatype.</param>
    /// <param name="shape">Shape without dynamic axes.</param>
    /// <param name="bytes">Valid elements of the datatype, as many as the shape has; not checked.</param>
    /// <returns>A tensor, which the caller disposes.</returns>
    public static Tensor Copy(Datatype datatype, Shape shape, ReadOnlySpan<byte> bytes)
    {
        var tensor = Rent(datatype, shape, bytes.Length);
        bytes.CopyTo(tensor._memory.Span);
        return tensor;
    }

    /// <summary>Creates a tensor over memory that it takes ownership of.</summary>
    /// <param name="datatype">Any datatype.</param>
    /// <param name="shape">Shape without dynamic axes.</param>
    /// <param name="owner">Memory of exactly the tensor's bytes; disposed with the tensor.</param>
    /// <returns>A tensor over the memory, which is not copied.</returns>
    public static Tensor Own(Datatype datatype, Shape shape, IMemoryOwner<byte> owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return new Tensor(datatype, shape, owner, owner.Memory);
    }

    /// <summary>Gets the elements as .NET values.</summary>
    /// <typeparam name="T">A type of the element's size: <see cref="float"/> for FP32, <see cref="Half"/> for FP16, <see cref="byte"/> for BOOL.</typeparam>
    /// <returns>Writable values in row-major order.</returns>
    /// <exception cref="InvalidOperationException">The size of <typeparamref name="T"/> differs from that of an element.</exception>
    public Span<T> Values<T>()
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != Datatype.SizeBytes())
            throw new InvalidOperationException($"A {Datatype.ToWire()} tensor has no elements of {Unsafe.SizeOf<T>()} bytes.");
        return MemoryMarshal.Cast<byte, T>(_memory.Span);
    }

    /// <summary>Releases the memory. Idempotent.</summary>
    public void Dispose()
    {
        _memory = default;
        Interlocked.Exchange(ref _owner, null)?.Dispose();
    }

    internal static Tensor Adopt(Datatype datatype, Shape shape, AlignedMemory block, int length) => new(datatype, shape, block, block.Memory[..length]);
}
