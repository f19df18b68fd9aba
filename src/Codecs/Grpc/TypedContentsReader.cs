using System.Numerics;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs.Grpc;

/// <summary>Reads typed contents into a tensor, by one block copy if the field has the element size.</summary>
internal static class TypedContentsReader
{
    // An empty input can omit its contents.
    private static readonly InferTensorContents Empty = new();

    /// <summary>Reads the contents of one tensor.</summary>
    /// <param name="contents">Contents of the tensor; null for none.</param>
    /// <param name="datatype">Datatype of the tensor.</param>
    /// <param name="shape">Shape of the tensor.</param>
    /// <param name="name">Name for error messages, such as <c>input 'x'</c>.</param>
    /// <returns>A tensor, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">Values are in the field of another datatype, out of range, or their number is wrong: 400.</exception>
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
