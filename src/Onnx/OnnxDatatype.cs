namespace InferenceServices.Onnx;

/// <summary>Element types: their numbers in ONNX files and their names in the Open Inference Protocol.</summary>
/// <remarks>Source: ONNX IR 8, TensorProto.DataType; Open Inference Protocol, "Tensor Data Types" (BF16 is Triton's name).</remarks>
public static class OnnxDatatype
{
    public const int Fp32 = 1;
    public const int Uint8 = 2;
    public const int Int32 = 6;
    public const int Int64 = 7;
    public const int String = 8;
    public const int Fp16 = 10;
    public const int Fp64 = 11;

    /// <summary>Returns the datatype of the protocol, or ONNX's name in parentheses if the protocol has none.</summary>
    public static string NameOf(int dataType) => dataType switch
    {
        Fp32 => "FP32",
        Uint8 => "UINT8",
        3 => "INT8",
        4 => "UINT16",
        5 => "INT16",
        Int32 => "INT32",
        Int64 => "INT64",
        String => "BYTES",
        9 => "BOOL",
        Fp16 => "FP16",
        Fp64 => "FP64",
        12 => "UINT32",
        13 => "UINT64",
        14 => "(complex64)",
        15 => "(complex128)",
        16 => "BF16",
        17 => "(float8e4m3fn)",
        18 => "(float8e4m3fnuz)",
        19 => "(float8e5m2)",
        20 => "(float8e5m2fnuz)",
        21 => "(uint4)",
        22 => "(int4)",
        23 => "(float4e2m1)",
        _ => $"(type {dataType})",
    };

    /// <summary>Returns the bytes of an element in <c>raw_data</c>; 0 for strings and unknown types.</summary>
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
