using InferenceServices.Contracts.Tensors;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace InferenceServices.Inference.Execution;

/// <summary>Maps ONNX element types to the protocol's datatypes.</summary>
internal static class OrtDatatypes
{
    private static readonly (TensorElementType Ort, Datatype Wire)[] Pairs =
    [
        (TensorElementType.Bool, Datatype.Bool),
        (TensorElementType.UInt8, Datatype.Uint8),
        (TensorElementType.UInt16, Datatype.Uint16),
        (TensorElementType.UInt32, Datatype.Uint32),
        (TensorElementType.UInt64, Datatype.Uint64),
        (TensorElementType.Int8, Datatype.Int8),
        (TensorElementType.Int16, Datatype.Int16),
        (TensorElementType.Int32, Datatype.Int32),
        (TensorElementType.Int64, Datatype.Int64),
        (TensorElementType.Float16, Datatype.Fp16),
        (TensorElementType.Float, Datatype.Fp32),
        (TensorElementType.Double, Datatype.Fp64),
        (TensorElementType.BFloat16, Datatype.Bf16),
        (TensorElementType.String, Datatype.Bytes),
    ];

    public static Datatype? ToWire(this TensorElementType type)
    {
        foreach (var pair in Pairs)
            if (pair.Ort == type) return pair.Wire;
        return null;
    }

    public static TensorElementType ToOrt(this Datatype datatype)
    {
        foreach (var pair in Pairs)
            if (pair.Wire == datatype) return pair.Ort;
        throw new ArgumentOutOfRangeException(nameof(datatype), datatype, null);
    }
}
