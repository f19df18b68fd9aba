using System.Collections.Frozen;
using InferenceServices.Onnx;

namespace InferenceServices.Inference.Execution;

/// <summary>The operators whose kernels run with empty tensors or return an error, and neither end the process nor loop.</summary>
/// <remarks>
/// Found by scripts/fuzz-kernels with ONNX Runtime 1.31.1 on Linux x64: each input of ONNX's node tests with one or more empty axes. docs/kernels.md
/// describes the method and the operators that fail. Repeat the run after an update of the runtime.
/// </remarks>
internal static class EmptyTensorOperators
{
    private static readonly FrozenSet<string> Names = new[]
    {
        "Abs", "Acos", "Acosh", "Add", "And", "ArgMax", "ArgMin", "Asin", "Asinh", "Atan", "Atanh", "BatchNormalization", "Bernoulli", "BitShift",
        "Cast", "CastLike", "Ceil", "Celu", "Clip", "Compress", "Concat", "Constant", "ConstantOfShape", "ConvInteger", "Cos", "Cosh", "CumSum",
        "DFT", "DepthToSpace", "Det", "Div", "Dropout", "DynamicQuantizeLinear", "Einsum", "Elu", "Equal", "Erf", "Exp", "Expand", "EyeLike",
        "Flatten", "Floor", "Gather", "GatherElements", "GatherND", "Gemm", "Greater", "GreaterOrEqual", "GridSample", "HardSigmoid", "HardSwish",
        "Hardmax", "Identity", "IsInf", "IsNaN", "LRN", "LeakyRelu", "Less", "LessOrEqual", "Log", "LogSoftmax", "Loop", "MatMul", "MatMulInteger",
        "Max", "MaxUnpool", "Mean", "MeanVarianceNormalization", "MelWeightMatrix", "Min", "Mod", "Mul", "Neg", "NegativeLogLikelihoodLoss",
        "NonZero", "Not", "OneHot", "Or", "PRelu", "Pad", "Pow", "QLinearMatMul", "QuantizeLinear", "RNN", "Range", "Reciprocal", "ReduceL1",
        "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare", "Relu",
        "Reshape", "Resize", "ReverseSequence", "Round", "Scan", "Scatter", "ScatterElements", "ScatterND", "Selu", "Shape", "Shrink", "Sigmoid",
        "Sign", "Sin", "Sinh", "Size", "Slice", "SoftmaxCrossEntropyLoss", "Softplus", "Softsign", "SpaceToDepth", "Split", "Squeeze",
        "StringNormalizer", "Sub", "Sum", "Tan", "Tanh", "TfIdfVectorizer", "ThresholdedRelu", "Tile", "TopK", "Transpose", "Trilu", "Unsqueeze",
        "Upsample", "Where", "Xor",
        "ai.onnx.ml.ArrayFeatureExtractor", "ai.onnx.ml.Binarizer", "ai.onnx.ml.CategoryMapper", "ai.onnx.ml.Imputer", "ai.onnx.ml.LabelEncoder",
        "ai.onnx.ml.LinearClassifier", "ai.onnx.ml.LinearRegressor", "ai.onnx.ml.Normalizer", "ai.onnx.ml.OneHotEncoder", "ai.onnx.ml.SVMClassifier",
        "ai.onnx.ml.SVMRegressor", "ai.onnx.ml.Scaler", "ai.onnx.ml.TreeEnsembleClassifier", "ai.onnx.ml.TreeEnsembleRegressor",
        "com.microsoft.Attention", "com.microsoft.BiasGelu", "com.microsoft.DynamicQuantizeMatMul", "com.microsoft.EmbedLayerNormalization",
        "com.microsoft.FastGelu", "com.microsoft.FusedGemm", "com.microsoft.FusedMatMul", "com.microsoft.Gelu", "com.microsoft.MatMulIntegerToFloat",
        "com.microsoft.QLinearAdd", "com.microsoft.QuickGelu",
    }.ToFrozenSet(StringComparer.Ordinal);

    // Operators that failed, with the inputs and the first of the axes that cause it. Other empty tensors are ordinary inside a graph, for example
    // when RoiAlign has no region and NonMaxSuppression no box.
    private static readonly FrozenDictionary<string, (int Input, int Axis)[]> Failing = new Dictionary<string, (int Input, int Axis)[]>(StringComparer.Ordinal)
    {
        ["Conv"] = [(1, 0)],
        ["ConvTranspose"] = [(0, 2)],
        ["GRU"] = [(0, 0)],
        ["InstanceNormalization"] = [(0, 2)],
        ["LSTM"] = [(0, 1)],
        ["NonMaxSuppression"] = [(2, 0), (3, 0), (4, 0)],
        ["QLinearConv"] = [(3, 0)],
        ["RoiAlign"] = [(0, 2)],
        ["STFT"] = [(2, 0)],
        ["com.microsoft.FusedConv"] = [(1, 0)],
        ["com.microsoft.Inverse"] = [(0, 1)],
        ["com.microsoft.MultiHeadAttention"] = [(0, 2), (1, 2), (2, 2)],
        ["com.microsoft.RotaryEmbedding"] = [(0, 2)],
        ["com.microsoft.SkipLayerNormalization"] = [(1, 0)],
        ["com.microsoft.SkipSimplifiedLayerNormalization"] = [(1, 0)],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Not in the list because of the kernels that the optimizer makes of them, which fail only on inputs that the nodes themselves reject; or without tensors.
    private static readonly FrozenSet<string> Unguarded = new[]
    {
        "AveragePool", "ConcatFromSequence", "DequantizeLinear", "GlobalAveragePool", "GlobalMaxPool", "If", "LayerNormalization", "MaxPool", "Optional", "OptionalGetElement",
        "OptionalHasElement", "SequenceAt", "SequenceConstruct", "SequenceErase", "SequenceInsert", "SequenceLength", "SequenceMap",
        "SimplifiedLayerNormalization", "Softmax", "SplitToSequence", "Sqrt", "ai.onnx.ml.CastMap", "ai.onnx.ml.DictVectorizer", "ai.onnx.ml.ZipMap",
    }.ToFrozenSet(StringComparer.Ordinal);

    private const long NoAxis = long.MinValue;

    /// <summary>Returns the inputs of a node that the kernel may not survive if they are empty along some axis.</summary>
    /// <param name="name">Operator, as in <see cref="Contains"/>.</param>
    /// <param name="node">The node.</param>
    /// <returns>Each input with the first axis that matters; every input of an operator that was not tested.</returns>
    public static IEnumerable<(int Input, int Axis)> InputsToGuard(string name, NodeProto node)
    {
        // Along the axis itself, there may be nothing to compare.
        if (name == "Unique") return new NodeAttributes(node).Integer("axis", NoAxis) switch { NoAxis => [], 0 => [(0, 1)], _ => [(0, 0)] };
        if (Failing.TryGetValue(name, out var failing)) return failing.Where(found => found.Input < node.Input.Count);
        return Contains(name) || Unguarded.Contains(name) ? [] : Enumerable.Range(0, node.Input.Count).Select(input => (input, 0));
    }

    /// <summary>Returns whether an operator is safe.</summary>
    /// <param name="name">Operator type; after its domain and a dot unless the domain is ONNX's own.</param>
    public static bool Contains(string name) => Names.Contains(name);
}
