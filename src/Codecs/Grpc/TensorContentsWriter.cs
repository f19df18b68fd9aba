using System.Buffers.Binary;
using System.Numerics;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs.Grpc;

/// <summary>Writes tensors as <c>InferTensorContents</c>: one field, packed if its elements are numbers.</summary>
internal static class TensorContentsWriter
{
    /// <summary>Returns the size of the message.</summary>
    public static long SizeOf(Tensor tensor)
        => tensor.Bytes.Length == 0 ? 0
            : tensor.Datatype == Datatype.Bytes ? SizeOfTexts(tensor)
            : WireWriter.SizeOfField(SizeOfElements(tensor));

    /// <summary>Writes the message.</summary>
    /// <param name="writer">Receives the message.</param>
    /// <param name="tensor">A tensor of a datatype with a field.</param>
    public static void Write(ref WireWriter writer, Tensor tensor)
    {
        if (tensor.Bytes.Length == 0) return;
        if (tensor.Datatype == Datatype.Bytes)
        {
            WriteTexts(ref writer, tensor);
            return;
        }
        writer.WriteLength(TensorContents.FieldOf(tensor.Datatype), SizeOfElements(tensor));
        switch (tensor.Datatype)
        {
            case Datatype.Bool: WriteTruths(ref writer, tensor.Bytes); break;
            case Datatype.Int8: WriteVarints<sbyte>(ref writer, tensor); break;
            case Datatype.Int16: WriteVarints<short>(ref writer, tensor); break;
            case Datatype.Int32: WriteVarints<int>(ref writer, tensor); break;
            case Datatype.Int64: WriteVarints<long>(ref writer, tensor); break;
            case Datatype.Uint8: WriteVarints<byte>(ref writer, tensor); break;
            case Datatype.Uint16: WriteVarints<ushort>(ref writer, tensor); break;
            case Datatype.Uint32: WriteVarints<uint>(ref writer, tensor); break;
            case Datatype.Uint64: WriteVarints<ulong>(ref writer, tensor); break;
            default: writer.WriteBytes(tensor.Bytes); break;
        }
    }

    private static long SizeOfElements(Tensor tensor) => tensor.Datatype switch
    {
        Datatype.Int8 => SizeOfVarints<sbyte>(tensor),
        Datatype.Int16 => SizeOfVarints<short>(tensor),
        Datatype.Int32 => SizeOfVarints<int>(tensor),
        Datatype.Int64 => SizeOfVarints<long>(tensor),
        Datatype.Uint8 => SizeOfVarints<byte>(tensor),
        Datatype.Uint16 => SizeOfVarints<ushort>(tensor),
        Datatype.Uint32 => SizeOfVarints<uint>(tensor),
        Datatype.Uint64 => SizeOfVarints<ulong>(tensor),
        Datatype.Bool or Datatype.Fp32 or Datatype.Fp64 => tensor.Bytes.Length,
        _ => throw new ArgumentException($"{tensor.Datatype.ToWire()} has no typed contents.", nameof(tensor)),
    };

    // A negative number has the sign in all 64 bits.
    private static long SizeOfVarints<T>(Tensor tensor)
        where T : unmanaged, IBinaryInteger<T>
    {
        var size = 0L;
        foreach (var value in tensor.Values<T>()) size += WireWriter.SizeOf(ulong.CreateTruncating(value));
        return size;
    }

    private static void WriteVarints<T>(ref WireWriter writer, Tensor tensor)
        where T : unmanaged, IBinaryInteger<T>
    {
        foreach (var value in tensor.Values<T>()) writer.WriteVarint(ulong.CreateTruncating(value));
    }

    private static void WriteTruths(ref WireWriter writer, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes) writer.WriteVarint(value != 0 ? 1u : 0u);
    }

    private static long SizeOfTexts(Tensor tensor)
    {
        var size = 0L;
        for (var bytes = tensor.Bytes; bytes.Length > 0; bytes = bytes[(sizeof(int) + LengthOf(bytes))..]) size += WireWriter.SizeOfField(LengthOf(bytes));
        return size;
    }

    private static void WriteTexts(ref WireWriter writer, Tensor tensor)
    {
        var field = TensorContents.FieldOf(Datatype.Bytes);
        for (var bytes = tensor.Bytes; bytes.Length > 0; bytes = bytes[(sizeof(int) + LengthOf(bytes))..])
            writer.WriteField(field, bytes.Slice(sizeof(int), LengthOf(bytes)));
    }

    private static int LengthOf(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes);
}
