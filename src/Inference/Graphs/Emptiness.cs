using System.Collections.Frozen;
using InferenceServices.Onnx;

namespace InferenceServices.Inference.Graphs;

/// <summary>Which tensors of a graph have at least one element in every run, so that a kernel that does not survive an empty tensor needs no guard.</summary>
/// <remarks>Incomplete by design: only operators that cannot make an empty tensor from others are followed.</remarks>
/// <param name="facts">Constants of the graph.</param>
/// <param name="outer">The graph around a subgraph.</param>
internal sealed class Emptiness(ValueFacts facts, Emptiness? outer)
{
    // Outputs have elements if every input has.
    private static readonly FrozenSet<string> OfAllInputs = new[]
    {
        "Abs", "Acos", "Acosh", "Add", "And", "Asin", "Asinh", "Atan", "Atanh", "BatchNormalization", "Bernoulli", "BitShift", "BitwiseAnd", "BitwiseNot", "BitwiseOr",
        "BitwiseXor", "Ceil", "Celu", "Concat", "Cos", "Cosh", "DequantizeLinear", "Det", "Div", "DynamicQuantizeLinear", "Einsum", "Elu", "Equal", "Erf", "Exp",
        "Floor", "GRU", "Gather", "GatherElements", "GatherND", "Gelu", "Gemm", "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool", "Greater", "GreaterOrEqual", "GridSample",
        "GroupNormalization", "HardSigmoid", "HardSwish", "InstanceNormalization", "IsInf", "IsNaN", "LRN", "LSTM", "LayerNormalization", "LeakyRelu", "Less",
        "LessOrEqual", "Log", "LpNormalization", "MatMul", "MatMulInteger", "Max", "MaxRoiPool", "Mean", "MeanVarianceNormalization", "Min", "Mish", "Mod", "Mul", "Neg", "Not", "Or", "PRelu",
        "Pow", "QLinearMatMul", "QuantizeLinear", "RMSNormalization", "RNN", "RandomNormalLike", "RandomUniformLike", "Reciprocal", "Relu", "RoiAlign", "Round", "Selu",
        "Shrink", "Sigmoid", "Sign", "SimplifiedLayerNormalization", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Sub", "Sum", "Swish", "Tan", "Tanh",
        "ThresholdedRelu", "Where", "Xor",
        "com.microsoft.Attention", "com.microsoft.BiasGelu", "com.microsoft.DynamicQuantizeMatMul", "com.microsoft.EmbedLayerNormalization", "com.microsoft.FastGelu",
        "com.microsoft.FusedGemm", "com.microsoft.FusedMatMul", "com.microsoft.Gelu", "com.microsoft.MatMulIntegerToFloat", "com.microsoft.MatMulNBits",
        "com.microsoft.MultiHeadAttention", "com.microsoft.QLinearAdd", "com.microsoft.QLinearMul", "com.microsoft.QuickGelu", "com.microsoft.RotaryEmbedding",
        "com.microsoft.SkipLayerNormalization", "com.microsoft.SkipSimplifiedLayerNormalization",
    }.ToFrozenSet(StringComparer.Ordinal);

    // Outputs have as many elements as the first input, or one for each group of its elements.
    private static readonly FrozenSet<string> OfFirstInput = new[]
    {
        "ArgMax", "ArgMin", "Cast", "CastLike", "Clip", "CumSum", "DepthToSpace", "Dropout", "Flatten", "Hardmax", "Identity", "LogSoftmax", "ReduceL1", "ReduceL2", "ReduceLogSum",
        "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare", "Reshape", "ReverseSequence", "Scatter",
        "ScatterElements", "ScatterND", "Softmax", "SpaceToDepth", "Squeeze", "Transpose", "Unique", "Unsqueeze",
    }.ToFrozenSet(StringComparer.Ordinal);

    // Elements of the output are elements, products or maxima of the elements of the first input, of all inputs.
    private static readonly FrozenSet<string> PositiveOfFirst = new[] { "Gather", "Identity", "Reshape", "Slice", "Squeeze", "Unsqueeze", "Cast" }.ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> PositiveOfAll = new[] { "Concat", "Max", "Min", "Mul" }.ToFrozenSet(StringComparer.Ordinal);

    private readonly HashSet<string> _nonEmpty = new(StringComparer.Ordinal);
    private readonly HashSet<string> _positive = new(StringComparer.Ordinal);

    /// <summary>Returns whether a tensor is known to have elements.</summary>
    public bool IsNonEmpty(string value) => _nonEmpty.Contains(value) || outer?.IsNonEmpty(value) == true;

    /// <summary>Records a tensor that has elements.</summary>
    public void AddNonEmpty(string value) => _nonEmpty.Add(value);

    /// <summary>Records a tensor with the elements of another.</summary>
    public void AddCopy(string copy, string value)
    {
        if (IsNonEmpty(value)) _nonEmpty.Add(copy);
        if (IsPositive(value)) _positive.Add(copy);
    }

    /// <summary>Records a constant, of which the elements may be absent.</summary>
    public void AddConstant(string value, TensorProto tensor)
    {
        if (!tensor.Dims.Contains(0)) _nonEmpty.Add(value);
    }

    /// <summary>Records the outputs of the next node.</summary>
    public void Add(NodeProto node)
    {
        if (node.Output.Count == 0 || node.Input.Count == 0) return;
        var (type, first) = (GraphReader.OperatorName(node), node.Input[0]);
        var hasAll = node.Input.All(input => input.Length == 0 || IsNonEmpty(input));
        if (type is "Shape" or "Size")
        {
            // The shape of a scalar has no elements.
            if (type == "Size") _nonEmpty.Add(node.Output[0]);
            if (IsNonEmpty(first)) _positive.Add(node.Output[0]);
        }
        else if (OfAllInputs.Contains(type) ? hasAll : OfFirstInput.Contains(type) ? IsNonEmpty(first) : IsNonEmptyFor(type, node, hasAll)) _nonEmpty.UnionWith(node.Output);
        if ((PositiveOfFirst.Contains(type) && IsPositive(first)) || (PositiveOfAll.Contains(type) && node.Input.All(IsPositive))) _positive.Add(node.Output[0]);
    }

    /// <summary>Records the outputs of an <c>If</c> node.</summary>
    public void AddBranches(NodeProto node, IReadOnlyList<(GraphProto Graph, ValueFacts Facts)> branches)
    {
        for (var i = 0; i < node.Output.Count; i++)
            if (branches.Count > 0 && branches.All(branch => i < branch.Graph.Output.Count && branch.Facts.Emptiness.IsNonEmpty(branch.Graph.Output[i].Name))) _nonEmpty.Add(node.Output[i]);
    }

    // Operators whose attributes or constants decide.
    private bool IsNonEmptyFor(string type, NodeProto node, bool hasAll) => type switch
    {
        "Conv" or "ConvInteger" or "QLinearConv" or "MaxPool" or "AveragePool" or "LpPool" or "com.microsoft.FusedConv" => hasAll && Window.Of(node, facts)?.IsCovered == true,
        "Expand" or "Tile" => IsNonEmpty(node.Input[0]) && IsPositive(node.Input[1]),
        "ConstantOfShape" => IsPositive(node.Input[0]),
        "Pad" => IsNonEmpty(node.Input[0]) && (node.Input.Count > 1 ? facts.Integers(node.Input[1]) : new NodeAttributes(node).Integers("pads"))?.All(pad => pad >= 0) == true,
        "Resize" or "Upsample" when node.Input.Count > 3 && node.Input[3].Length > 0 => IsNonEmpty(node.Input[0]) && IsPositive(node.Input[3]),
        "Resize" or "Upsample" when node.Input.Count > 1 => IsNonEmpty(node.Input[0]) && node.Input.Count != 4 && facts.Floats(node.Input[^1])?.All(scale => scale >= 1) == true
            && new NodeAttributes(node).Text("coordinate_transformation_mode", "") != "tf_crop_and_resize",
        "TopK" => IsNonEmpty(node.Input[0]) && node.Input.Count > 1 && IsPositive(node.Input[1]),
        "Split" => IsNonEmpty(node.Input[0]) && (node.Input.Count > 1 ? IsPositive(node.Input[1]) : new NodeAttributes(node).Integers("split") is { Length: > 0 } sizes && sizes.All(size => size > 0)),
        _ => false,
    };

    private bool IsPositive(string value) => _positive.Contains(value) || outer?.IsPositive(value) == true || facts.Integers(value)?.All(number => number > 0) == true;
}
