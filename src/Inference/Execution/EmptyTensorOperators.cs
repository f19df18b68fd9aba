using System.Collections.Frozen;

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

    /// <summary>Returns whether an operator is safe.</summary>
    /// <param name="name">Operator type; after its domain and a dot unless the domain is ONNX's own.</param>
    public static bool Contains(string name) => Names.Contains(name);
}
