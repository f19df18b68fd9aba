using System.Numerics;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs.Grpc;

/// <summary>Typed contents into a tensor: one block copy where the field has the element's size.</summary>
internal static class TypedContentsReader
{
    // An input of no elements may leave its contents out.
    private static readonly InferTensorContents Empty = new();

    /// <summary>Reads the contents of one tensor.</summary>
    /// <param name="contents">Null for none.</param>
    /// <param name="datatype">As the tensor says.</param>
    /// <param name="shape">As the tensor says.</param>
    /// <param name="name">For refusals, for example <c>input 'x'</c>.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Values in another datatype's field, too few, too many, or out of range: 400.</exception>
    public static Tensor Read(InferTensorContents? contents, Datatype datatype, Shape shape, string name)
    {
        contents ??= Empty;
        TypedContents.Check(contents, datatype, shape, name);
        return datatype switch
        {
            Datatype.Bool => Tensor.Of<byte>(datatype, shape, MemoryMarshal.AsBytes(Values(contents.BoolContents))),
            Datatype.Int8 => Narrow<int, sbyte>(Values(contents.IntContents), datatype, shape, name),
            Datatype.Int16 => Narrow<int, short>(Values(contents.IntContents), datatype, shape, name),
            Datatype.Int32 => Tensor.Of(datatype, shape, Values(contents.IntContents)),
            Datatype.Int64 => Tensor.Of(datatype, shape, Values(contents.Int64Contents)),
            Datatype.Uint8 => Narrow<uint, byte>(Values(contents.UintContents), datatype, shape, name),
            Datatype.Uint16 => Narrow<uint, ushort>(Values(contents.UintContents), datatype, shape, name),
            Datatype.Uint32 => Tensor.Of(datatype, shape, Values(contents.UintContents)),
            Datatype.Uint64 => Tensor.Of(datatype, shape, Values(contents.Uint64Contents)),
            Datatype.Fp32 => Tensor.Of(datatype, shape, Values(contents.Fp32Contents)),
            Datatype.Fp64 => Tensor.Of(datatype, shape, Values(contents.Fp64Contents)),
            _ => Elements(contents.BytesContents, shape),
        };
    }

    private static ReadOnlySpan<T> Values<T>(RepeatedField<T> field) => UnsafeCollectionOperations.AsSpan(field);

    private static Tensor Narrow<TWide, TNarrow>(ReadOnlySpan<TWide> values, Datatype datatype, Shape shape, string name)
        where TWide : unmanaged, IBinaryInteger<TWide>
        where TNarrow : unmanaged, IBinaryInteger<TNarrow>
    {
        var tensor = Tensor.Rent(datatype, shape);
        var narrow = tensor.Values<TNarrow>();
        for (var i = 0; i < values.Length; i++)
        {
            narrow[i] = TNarrow.CreateTruncating(values[i]);
            if (TWide.CreateTruncating(narrow[i]) == values[i]) continue;
            tensor.Dispose();
            throw new InvalidInputException($"{name}: value {i} should be {datatype.ToWire()}, got {values[i]}");
        }
        return tensor;
    }

    private static Tensor Elements(RepeatedField<ByteString> elements, Shape shape)
    {
        using var builder = new TensorBuilder(Datatype.Bytes, elements.Count);
        foreach (var element in elements) builder.AppendBytes(element.Span);
        return builder.Build(shape);
    }
}
