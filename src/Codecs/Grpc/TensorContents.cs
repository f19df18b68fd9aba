using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Google.Protobuf;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs.Grpc;

/// <summary>
/// <c>InferTensorContents</c>: the elements of a tensor, in the field of their datatype, read into the memory of the tensor. Elements in a second field
/// are counted only, because no tensor can have them.
/// </summary>
/// <remarks>Open Inference Protocol, <c>InferTensorContents</c>: FP16 and BF16 have no field.</remarks>
internal sealed class TensorContents : IDisposable
{
    private const int InitialBytes = 256;
    private const int MaxBytes = int.MaxValue - AlignedMemory.Alignment;

    // The tensor, and an output of the same size.
    private const int CopiesPerElement = 2;

    private static readonly string[] Fields =
        ["", "bool_contents", "int_contents", "int64_contents", "uint_contents", "uint64_contents", "fp32_contents", "fp64_contents", "bytes_contents"];

    private AlignedMemory? _block;
    private int _length;
    private int _count;
    private uint _field;
    private uint _fields;

    /// <summary>Gets the number of BYTES elements.</summary>
    public int Texts { get; private set; }

    /// <summary>Gets whether the contents have elements.</summary>
    public bool Any => _fields != 0;

    /// <summary>Returns the number of the field of a datatype; 0 if it has none.</summary>
    public static uint FieldOf(Datatype datatype) => datatype switch
    {
        Datatype.Bool => 1,
        Datatype.Int8 or Datatype.Int16 or Datatype.Int32 => 2,
        Datatype.Int64 => 3,
        Datatype.Uint8 or Datatype.Uint16 or Datatype.Uint32 => 4,
        Datatype.Uint64 => 5,
        Datatype.Fp32 => 6,
        Datatype.Fp64 => 7,
        Datatype.Bytes => 8,
        _ => 0,
    };

    /// <summary>Creates a tensor from the contents of a response.</summary>
    /// <inheritdoc cref="ToTensor"/>
    public static Tensor Read(InferTensorContents? message, Datatype datatype, Shape shape, string name)
    {
        using var contents = new TensorContents();
        var wire = new WireReader(new ReadOnlySequence<byte>(message is null ? [] : message.ToByteArray()));
        contents.Read(ref wire, account: null);
        return contents.ToTensor(datatype, shape, name);
    }

    /// <summary>Reads the current message, and adds its elements.</summary>
    /// <param name="wire">The message.</param>
    /// <param name="account">Counts the memory of the elements; null for none.</param>
    /// <returns>The number of unknown fields.</returns>
    public int Read(ref WireReader wire, IWorkAccount? account)
    {
        var unknown = 0;
        while (wire.TryReadTag(out var tag))
        {
            if (TryReadElements(ref wire, tag, account)) continue;
            wire.Skip(tag);
            unknown++;
        }
        return unknown;
    }

    /// <summary>Creates a tensor of the elements.</summary>
    /// <param name="datatype">Datatype of the tensor.</param>
    /// <param name="shape">Shape of the tensor.</param>
    /// <param name="name">Name for error messages, such as <c>input 'x'</c>.</param>
    /// <returns>A tensor, which the caller disposes, and which owns the memory of the elements.</returns>
    /// <exception cref="InvalidInputException">Values are in the field of another datatype, out of range, or their number is wrong: 400.</exception>
    public Tensor ToTensor(Datatype datatype, Shape shape, string name)
    {
        Check(datatype, shape, name);
        if (_block is null) return Tensor.Rent(datatype, shape, 0);
        switch (datatype)
        {
            case Datatype.Int8: Narrow<int, sbyte>(datatype, name); break;
            case Datatype.Int16: Narrow<int, short>(datatype, name); break;
            case Datatype.Uint8: Narrow<uint, byte>(datatype, name); break;
            case Datatype.Uint16: Narrow<uint, ushort>(datatype, name); break;
        }
        var block = _block;
        _block = null;
        return Tensor.Adopt(datatype, shape, block, _length);
    }

    /// <summary>Releases the memory if no tensor owns it.</summary>
    public void Dispose()
    {
        ((IDisposable?)_block)?.Dispose();
        _block = null;
    }

    private bool TryReadElements(ref WireReader wire, uint tag, IWorkAccount? account)
    {
        var (field, type) = (tag >> WireType.Bits, tag & ((1 << WireType.Bits) - 1));
        switch (field)
        {
            case 1 when type is WireType.Varint or WireType.Length: ReadVarints<byte>(ref wire, tag, max: 1, account); return true;
            case 2 or 4 when type is WireType.Varint or WireType.Length: ReadVarints<uint>(ref wire, tag, ulong.MaxValue, account); return true;
            case 3 or 5 when type is WireType.Varint or WireType.Length: ReadVarints<ulong>(ref wire, tag, ulong.MaxValue, account); return true;
            case 6 when type is WireType.Fixed32 or WireType.Length: ReadFixed(ref wire, tag, sizeof(float), account); return true;
            case 7 when type is WireType.Fixed64 or WireType.Length: ReadFixed(ref wire, tag, sizeof(double), account); return true;
            case 8 when type is WireType.Length: ReadText(ref wire, tag, account); return true;
            default: return false;
        }
    }

    // A boolean is any number other than 0.
    private void ReadVarints<T>(ref WireReader wire, uint tag, ulong max, IWorkAccount? account)
        where T : unmanaged, IBinaryInteger<T>
    {
        var isPacked = (tag & WireType.Length) != 0;
        var outer = isPacked ? wire.Enter() : 0;
        var count = isPacked ? wire.CountVarints() : 1;
        var elements = MemoryMarshal.Cast<byte, T>(Add(tag >> WireType.Bits, count, (long)count * Unsafe.SizeOf<T>(), account));
        for (var i = 0; i < count; i++)
        {
            var value = T.CreateTruncating(Math.Min(wire.ReadVarint(), max));
            if (i < elements.Length) elements[i] = value;
        }
        if (isPacked) wire.Leave(outer);
    }

    private void ReadFixed(ref WireReader wire, uint tag, int size, IWorkAccount? account)
    {
        var length = (tag & ((1 << WireType.Bits) - 1)) == WireType.Length ? wire.ReadLength() : size;
        if (length % size != 0) throw WireReader.Invalid();
        var elements = Add(tag >> WireType.Bits, length / size, length, account);
        if (elements.Length == length) wire.ReadBytes(elements);
        else wire.Advance(length);
    }

    // In the tensor, an element has its length before it.
    private void ReadText(ref WireReader wire, uint tag, IWorkAccount? account)
    {
        var length = wire.ReadLength();
        Texts++;
        var element = Add(tag >> WireType.Bits, 1, sizeof(int) + (long)length, account);
        if (element.Length == 0)
        {
            wire.Advance(length);
            return;
        }
        BinaryPrimitives.WriteInt32LittleEndian(element, length);
        wire.ReadBytes(element[sizeof(int)..]);
    }

    // The memory for elements; empty for those of a second field.
    private Span<byte> Add(uint field, int count, long bytes, IWorkAccount? account)
    {
        if (count == 0) return default;
        _fields |= 1u << (int)field;
        if (_field == 0) _field = field;
        if (_field != field) return default;
        if (bytes > (_block?.Capacity ?? 0) - _length) Grow(_length + bytes, account);
        var elements = _block!.GetSpan().Slice(_length, (int)bytes);
        (_length, _count) = (_length + (int)bytes, _count + count);
        return elements;
    }

    private void Grow(long needed, IWorkAccount? account)
    {
        if (needed > MaxBytes) throw new InvalidInputException($"a tensor should have at most {MaxBytes} bytes");
        var held = _block?.Capacity ?? 0;
        var capacity = (int)Math.Min(Math.Max(needed, Math.Max(2L * held, InitialBytes)), MaxBytes);
        account?.ReserveWork(CopiesPerElement * (long)(AlignedMemory.CapacityOf(capacity) - held));
        var larger = AlignedMemory.Rent(capacity);
        _block?.GetSpan()[.._length].CopyTo(larger.GetSpan());
        ((IDisposable?)_block)?.Dispose();
        _block = larger;
    }

    private void Check(Datatype datatype, Shape shape, string name)
    {
        var own = FieldOf(datatype);
        if (own == 0) throw new InvalidInputException($"{name}: {datatype.ToWire()} has no typed contents; please use raw_input_contents");
        var others = _fields & ~(1u << (int)own);
        if (others != 0)
            throw new InvalidInputException($"{name}: {datatype.ToWire()} values should be in {Fields[own]}, got {Fields[BitOperations.TrailingZeroCount(others)]}");
        if (!shape.TryGetElementCount(out var count)) throw new InvalidInputException($"{name}: byte size overflow for input of shape {shape}");
        if (_count != count) throw new InvalidInputException($"{name}: shape {shape} needs {count} values, got {_count}");
    }

    // In place: an element is written where an earlier one was read.
    private void Narrow<TWide, TNarrow>(Datatype datatype, string name)
        where TWide : unmanaged, IBinaryInteger<TWide>
        where TNarrow : unmanaged, IBinaryInteger<TNarrow>
    {
        var wide = MemoryMarshal.Cast<byte, TWide>(_block!.GetSpan()[.._length]);
        var narrow = MemoryMarshal.Cast<byte, TNarrow>(_block.GetSpan());
        for (var i = 0; i < wide.Length; i++)
        {
            var value = wide[i];
            narrow[i] = TNarrow.CreateTruncating(value);
            if (TWide.CreateTruncating(narrow[i]) != value) throw new InvalidInputException($"{name}: value {i} should be {datatype.ToWire()}, got {value}");
        }
        _length = wide.Length * Unsafe.SizeOf<TNarrow>();
    }
}
