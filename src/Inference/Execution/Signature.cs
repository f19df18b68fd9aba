using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>Describes the inputs and outputs of a graph as tensors of the protocol.</summary>
internal static class Signature
{
    /// <summary>End of a message about a type.</summary>
    public static string Supported { get; } = $"but the protocols carry tensors of {string.Join(", ", Enum.GetValues<Datatype>().Select(datatype => datatype.ToWire()))} only";

    /// <summary>Describes an input or output.</summary>
    /// <param name="kind"><c>input</c> or <c>output</c>, for the message.</param>
    /// <param name="name">Name of the value.</param>
    /// <param name="node">Its type.</param>
    /// <exception cref="NotSupportedException">The value is not a tensor of a datatype of the protocol.</exception>
    public static TensorMetadata Describe(string kind, string name, NodeMetadata node)
    {
        if (node.IsTensor && node.ElementDataType.ToWire() is { } datatype)
            return new TensorMetadata(name, datatype, new Shape([.. node.Dimensions.Select(dim => (long)dim)]));
        throw new NotSupportedException($"{kind} '{name}' is of type {NameOf(node)}, {Supported}");
    }

    private static string NameOf(NodeMetadata node) => node.OnnxValueType switch
    {
        OnnxValueType.ONNX_TYPE_TENSOR => $"tensor({node.ElementDataType})",
        OnnxValueType.ONNX_TYPE_SPARSETENSOR => $"sparse tensor({node.ElementDataType})",
        OnnxValueType.ONNX_TYPE_SEQUENCE => $"seq({NameOf(node.AsSequenceMetadata().ElementMeta)})",
        OnnxValueType.ONNX_TYPE_OPTIONAL => $"optional({NameOf(node.AsOptionalMetadata().ElementMeta)})",
        OnnxValueType.ONNX_TYPE_MAP => $"map({node.AsMapMetadata().KeyDataType}, {NameOf(node.AsMapMetadata().ValueMetadata)})",
        var other => other.ToString(),
    };
}
