using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs.Grpc;

/// <summary>Validates <c>InferTensorContents</c>, which has one field for the elements of each datatype or group of datatypes.</summary>
/// <remarks>Open Inference Protocol, <c>InferTensorContents</c>: FP16 and BF16 have no field.</remarks>
internal static class TypedContents
{
    private static readonly string[] Fields =
        ["bool_contents", "int_contents", "int64_contents", "uint_contents", "uint64_contents", "fp32_contents", "fp64_contents", "bytes_contents"];

    /// <summary>Returns whether a datatype has a field.</summary>
    public static bool Supports(Datatype datatype) => FieldOf(datatype) is not null;

    /// <summary>Returns whether the contents have elements.</summary>
    public static bool Any(InferTensorContents? contents)
    {
        if (contents is null) return false;
        for (var field = 0; field < Fields.Length; field++)
            if (Count(contents, field) > 0) return true;
        return false;
    }

    /// <summary>Throws unless all elements are in the field of the datatype and their number matches the shape.</summary>
    /// <param name="contents">Contents of the input.</param>
    /// <param name="datatype">Datatype of the input.</param>
    /// <param name="shape">Shape of the input.</param>
    /// <param name="name">Name of the tensor for error messages.</param>
    /// <exception cref="InvalidInputException">Elements are in another field, or their number is wrong: 400.</exception>
    public static void Check(InferTensorContents contents, Datatype datatype, Shape shape, string name)
    {
        if (FieldOf(datatype) is not { } own)
            throw new InvalidInputException($"{name}: {datatype.ToWire()} has no typed contents; please use raw_input_contents");
        for (var field = 0; field < Fields.Length; field++)
        {
            if (field != own && Count(contents, field) > 0)
                throw new InvalidInputException($"{name}: {datatype.ToWire()} values should be in {Fields[own]}, got {Fields[field]}");
        }
        if (!shape.TryGetElementCount(out var count)) throw new InvalidInputException($"{name}: byte size overflow for input of shape {shape}");
        var got = Count(contents, own);
        if (got != count) throw new InvalidInputException($"{name}: shape {shape} needs {count} values, got {got}");
    }

    private static int? FieldOf(Datatype datatype) => datatype switch
    {
        Datatype.Bool => 0,
        Datatype.Int8 or Datatype.Int16 or Datatype.Int32 => 1,
        Datatype.Int64 => 2,
        Datatype.Uint8 or Datatype.Uint16 or Datatype.Uint32 => 3,
        Datatype.Uint64 => 4,
        Datatype.Fp32 => 5,
        Datatype.Fp64 => 6,
        Datatype.Bytes => 7,
        _ => null,
    };

    private static int Count(InferTensorContents contents, int field) => field switch
    {
        0 => contents.BoolContents.Count,
        1 => contents.IntContents.Count,
        2 => contents.Int64Contents.Count,
        3 => contents.UintContents.Count,
        4 => contents.Uint64Contents.Count,
        5 => contents.Fp32Contents.Count,
        6 => contents.Fp64Contents.Count,
        _ => contents.BytesContents.Count,
    };
}
