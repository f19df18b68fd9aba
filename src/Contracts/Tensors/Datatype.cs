namespace InferenceServices.Contracts.Tensors;

/// <summary>Element type of a tensor.</summary>
/// <remarks>Open Inference Protocol, "Tensor Data Types"; <see cref="Bf16"/> as Triton adds it.</remarks>
public enum Datatype
{
    /// <summary><c>BOOL</c>, one byte, 0 or 1.</summary>
    Bool,

    /// <summary><c>UINT8</c>, one byte.</summary>
    Uint8,

    /// <summary><c>UINT16</c>, two bytes.</summary>
    Uint16,

    /// <summary><c>UINT32</c>, four bytes.</summary>
    Uint32,

    /// <summary><c>UINT64</c>, eight bytes.</summary>
    Uint64,

    /// <summary><c>INT8</c>, one byte.</summary>
    Int8,

    /// <summary><c>INT16</c>, two bytes.</summary>
    Int16,

    /// <summary><c>INT32</c>, four bytes.</summary>
    Int32,

    /// <summary><c>INT64</c>, eight bytes.</summary>
    Int64,

    /// <summary><c>FP16</c>, IEEE half, two bytes.</summary>
    Fp16,

    /// <summary><c>FP32</c>, IEEE single, four bytes.</summary>
    Fp32,

    /// <summary><c>FP64</c>, IEEE double, eight bytes.</summary>
    Fp64,

    /// <summary><c>BF16</c>, the upper half of an FP32, two bytes.</summary>
    Bf16,

    /// <summary><c>BYTES</c>, elements of variable length: UTF-8 text or binary data.</summary>
    Bytes,
}
