using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;

namespace InferenceServices.Codecs.Grpc;

/// <summary>The fields of <c>InferTensorContents</c>: each holds the elements of some datatypes, and no datatype's are in two.</summary>
/// <remarks>Open Inference Protocol, <c>InferTensorContents</c>: FP16 and BF16 have no field.</remarks>
internal static class TypedContents
{
    private static readonly string[] Fields =
        ["bool_contents", "int_contents", "int64_contents", "uint_contents", "uint64_contents", "fp32_contents", "fp64_contents", "bytes_contents"];

    /// <summary>Whether any element is there.</summary>
    public static bool Any(InferTensorContents? contents)
    {
        if (contents is null) return false;
        for (var field = 0; field < Fields.Length; field++)
            if (Count(contents, field) > 0) return true;
        return false;
    }

    /// <summary>Passes contents whose elements are all in the datatype's own field, as many as the shape has.</summary>
    /// <param name="contents">As sent.</param>
    /// <param name="datatype">As the input says.</param>
    /// <param name="shape">As the input says.</param>
    /// <param name="name">For refusals.</param>
    /// <exception cref="InvalidInputException">Elements elsewhere, too few or too many: 400.</exception>
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
