using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Google.Protobuf.Collections;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs.Grpc;

/// <summary>Writes tensors as typed contents.</summary>
internal static class TypedContentsWriter
{
    /// <summary>Writes one tensor.</summary>
    /// <param name="tensor">A tensor of a datatype with a field. BYTES elements are not copied: the tensor must live until the message is serialized.</param>
    public static InferTensorContents Write(Tensor tensor)
    {
        var contents = new InferTensorContents();
        switch (tensor.Datatype)
        {
            case Datatype.Bool: AddTruths(contents.BoolContents, tensor.Bytes); break;
            case Datatype.Int8: Widen<sbyte, int>(contents.IntContents, tensor.Values<sbyte>()); break;
            case Datatype.Int16: Widen<short, int>(contents.IntContents, tensor.Values<short>()); break;
            case Datatype.Int32: tensor.Values<int>().CopyTo(Room(contents.IntContents, tensor.Values<int>().Length)); break;
            case Datatype.Int64: tensor.Values<long>().CopyTo(Room(contents.Int64Contents, tensor.Values<long>().Length)); break;
            case Datatype.Uint8: Widen<byte, uint>(contents.UintContents, tensor.Values<byte>()); break;
            case Datatype.Uint16: Widen<ushort, uint>(contents.UintContents, tensor.Values<ushort>()); break;
            case Datatype.Uint32: tensor.Values<uint>().CopyTo(Room(contents.UintContents, tensor.Values<uint>().Length)); break;
            case Datatype.Uint64: tensor.Values<ulong>().CopyTo(Room(contents.Uint64Contents, tensor.Values<ulong>().Length)); break;
            case Datatype.Fp32: tensor.Values<float>().CopyTo(Room(contents.Fp32Contents, tensor.Values<float>().Length)); break;
            case Datatype.Fp64: tensor.Values<double>().CopyTo(Room(contents.Fp64Contents, tensor.Values<double>().Length)); break;
            case Datatype.Bytes: AddElements(contents.BytesContents, tensor.Memory); break;
            default: throw new ArgumentException($"{tensor.Datatype.ToWire()} has no typed contents.", nameof(tensor));
        }
        return contents;
    }

    private static Span<T> Room<T>(RepeatedField<T> field, int count)
    {
        UnsafeCollectionOperations.SetCount(field, count);
        return UnsafeCollectionOperations.AsSpan(field);
    }

    private static void Widen<TNarrow, TWide>(RepeatedField<TWide> field, ReadOnlySpan<TNarrow> values)
        where TNarrow : unmanaged, IBinaryInteger<TNarrow>
        where TWide : unmanaged, IBinaryInteger<TWide>
    {
        var room = Room(field, values.Length);
        for (var i = 0; i < values.Length; i++) room[i] = TWide.CreateTruncating(values[i]);
    }

    private static void AddTruths(RepeatedField<bool> field, ReadOnlySpan<byte> bytes)
    {
        var room = Room(field, bytes.Length);
        for (var i = 0; i < bytes.Length; i++) room[i] = bytes[i] != 0;
    }

    private static void AddElements(RepeatedField<ByteString> field, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var end = sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
            field.Add(UnsafeByteOperations.UnsafeWrap(bytes[sizeof(int)..end]));
            bytes = bytes[end..];
        }
    }
}
