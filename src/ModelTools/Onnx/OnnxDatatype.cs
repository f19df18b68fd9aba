namespace InferenceServices.ModelTools.Onnx;

/// <summary>Element types: their numbers in ONNX files and their names in the Open Inference Protocol.</summary>
/// <remarks>Source: ONNX IR 8, TensorProto.DataType; Open Inference Protocol, "Tensor Data Types" (BF16 is Triton's name).</remarks>
internal static class OnnxDatatype
{
    public const int Fp32 = 1;
    public const int Int32 = 6;
    public const int Int64 = 7;

    /// <returns>The protocol's name; where it has none, ONNX's own in parentheses.</returns>
    public static string NameOf(int dataType) => dataType switch
    {
        1 => "FP32",
        2 => "UINT8",
        3 => "INT8",
        4 => "UINT16",
        5 => "INT16",
        6 => "INT32",
        7 => "INT64",
        8 => "BYTES",
        9 => "BOOL",
        10 => "FP16",
        11 => "FP64",
        12 => "UINT32",
        13 => "UINT64",
        14 => "(complex64)",
        15 => "(complex128)",
        16 => "BF16",
        _ => $"(type {dataType})",
    };

    /// <returns>Bytes an element takes in <c>raw_data</c>; 0 for strings and unknown types.</returns>
    public static int SizeOf(int dataType) => dataType switch
    {
        2 or 3 or 9 => 1,
        4 or 5 or 10 or 16 => 2,
        1 or 6 or 12 => 4,
        7 or 11 or 13 or 14 => 8,
        15 => 16,
        _ => 0,
    };
}
