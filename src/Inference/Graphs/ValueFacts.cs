using System.Collections.Frozen;
using System.Runtime.InteropServices;
using InferenceServices.Onnx;

namespace InferenceServices.Inference.Graphs;

/// <summary>What is known about the values of a graph before a run. Nodes are added in topological order; a subgraph sees the values around its node.</summary>
/// <remarks>Incomplete by design: a fact that is not known only costs an unnecessary check of <see cref="KernelGuards"/>.</remarks>
internal sealed class ValueFacts
{
    // Every output has the type of the first input. From the operator schemas of opset 17.
    private static readonly FrozenSet<string> SameType = new[]
    {
        "Abs", "Acos", "Acosh", "Add", "Asin", "Asinh", "Atan", "Atanh", "AveragePool", "BatchNormalization", "Ceil", "Celu", "Clip", "Compress",
        "Concat", "Conv", "ConvTranspose", "Cos", "Cosh", "CumSum", "DFT", "DepthToSpace", "Det", "Div", "Einsum", "Elu", "Erf", "Exp", "Expand",
        "Flatten", "Floor", "GRU", "Gather", "GatherElements", "GatherND", "Gelu", "Gemm", "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool",
        "GridSample", "GroupNormalization", "HardSigmoid", "HardSwish", "Hardmax", "Identity", "InstanceNormalization", "LRN", "LSTM", "LayerNormalization",
        "LeakyRelu", "Log", "LogSoftmax", "LpNormalization", "LpPool", "MatMul", "Max", "MaxRoiPool", "MaxUnpool", "Mean",
        "MeanVarianceNormalization", "Min", "Mish", "Mod", "Mul", "Neg", "PRelu", "Pad", "Pow", "RMSNormalization", "RNN", "Range", "Reciprocal",
        "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum",
        "ReduceSumSquare", "Relu", "Reshape", "Resize", "ReverseSequence", "RoiAlign", "Round", "STFT", "Scatter", "ScatterElements", "ScatterND",
        "Selu", "Shrink", "Sigmoid", "Sign", "SimplifiedLayerNormalization", "Sin", "Sinh", "Slice", "Softmax", "Softplus", "Softsign", "SpaceToDepth", "Split", "Sqrt", "Squeeze",
        "Sub", "Sum", "Swish", "Tan", "Tanh", "ThresholdedRelu", "Tile", "Transpose", "Trilu", "Unsqueeze", "Upsample",
    }.ToFrozenSet(StringComparer.Ordinal);

    // The first output has the type of the first input; the others differ.
    private static readonly FrozenSet<string> FirstHasSameType = new[] { "Dropout", "MaxPool", "TopK", "Unique" }.ToFrozenSet(StringComparer.Ordinal);

    // Kernels of floating-point numbers only, by output.
    private static readonly FrozenSet<string> AlwaysFloat = new[]
    {
        "ai.onnx.ml.FeatureVectorizer", "ai.onnx.ml.LinearRegressor", "ai.onnx.ml.Normalizer", "ai.onnx.ml.OneHotEncoder", "ai.onnx.ml.SVMRegressor",
        "ai.onnx.ml.Scaler", "ai.onnx.ml.TreeEnsembleRegressor",
        "com.microsoft.Attention", "com.microsoft.BiasGelu", "com.microsoft.DynamicQuantizeMatMul", "com.microsoft.FastGelu", "com.microsoft.FusedConv",
        "com.microsoft.FusedGemm", "com.microsoft.FusedMatMul", "com.microsoft.Gelu", "com.microsoft.GroupQueryAttention", "com.microsoft.MatMulIntegerToFloat",
        "com.microsoft.MatMulNBits", "com.microsoft.MultiHeadAttention", "com.microsoft.QuickGelu", "com.microsoft.RotaryEmbedding",
        "com.microsoft.SkipLayerNormalization", "com.microsoft.SkipSimplifiedLayerNormalization",
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly ValueFacts? _outer;
    private readonly HashSet<string> _trapFree = new(StringComparer.Ordinal);
    private readonly HashSet<string> _others = new(StringComparer.Ordinal);
    private readonly HashSet<string> _sizes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ofShapes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<long>> _shapes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorProto> _constants = new(StringComparer.Ordinal);

    /// <summary>Creates the facts of the body of a function, about whose inputs nothing is known.</summary>
    public ValueFacts() => (Emptiness, SpatialSizes) = (new Emptiness(this, null), new SpatialSizes(this, null));

    /// <summary>Creates the facts of a graph before its first node.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="outer">Facts of the graph around a subgraph.</param>
    /// <param name="weights">Initializers without elements.</param>
    /// <param name="areInitializersConstant">Whether an input with an initializer cannot be set by requests: before IR 4.</param>
    public ValueFacts(GraphProto graph, ValueFacts? outer, IEnumerable<TensorProto> weights, bool areInitializersConstant = false)
    {
        _outer = outer;
        Emptiness = new Emptiness(this, outer?.Emptiness);
        SpatialSizes = new SpatialSizes(this, outer?.SpatialSizes);
        if (outer is null) AddInputs(graph);
        foreach (var weight in weights.Concat(graph.Initializer)) Emptiness.AddConstant(weight.Name, weight);
        var inputs = areInitializersConstant ? [] : graph.Input.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var value in graph.Input.Concat(graph.ValueInfo))
            if (value.Type?.TensorType is { ElemType: > 0 } type) Add(value.Name, IsTrapFree(type.ElemType));
        foreach (var weight in weights)
        {
            Add(weight.Name, IsTrapFree(weight.DataType));
            if (!inputs.Contains(weight.Name)) _shapes[weight.Name] = weight.Dims;
        }
        foreach (var initializer in graph.Initializer)
        {
            Add(initializer.Name, IsTrapFree(initializer.DataType));
            if (!inputs.Contains(initializer.Name)) _constants[initializer.Name] = initializer;
        }
    }

    /// <summary>Gets which tensors are known to have elements.</summary>
    public Emptiness Emptiness { get; }

    /// <summary>Gets the known sizes of images.</summary>
    public SpatialSizes SpatialSizes { get; }

    /// <summary>
    /// Whether no division of the value's type traps, except by zero: the type is known, and is neither INT32 nor INT64. Shorter integers are divided as
    /// numbers of 32 bits.
    /// </summary>
    public bool IsTrapFree(string value)
    {
        for (var facts = this; facts is not null; facts = facts._outer)
        {
            if (facts._trapFree.Contains(value)) return true;
            if (facts._others.Contains(value)) return false;
        }
        return false;
    }

    /// <summary>Whether a value is a length of a tensor: not negative, and not larger than memory.</summary>
    public bool IsSize(string value) => Find(facts => facts._sizes.Contains(value)) is not null;

    /// <summary>Whether a value is computed from shapes and constants, so that it does not depend on the values of a request.</summary>
    public bool DependsOnShapesOnly(string value) => IsConstant(value) || Find(facts => facts._ofShapes.Contains(value)) is not null;

    /// <summary>Returns the integers of a constant; null if the value is not a constant of integers.</summary>
    public IReadOnlyList<long>? Integers(string value)
        => Find(facts => facts._constants.ContainsKey(value)) is { } facts ? IntegersOf(facts._constants[value]) : null;

    /// <summary>Returns the floating-point numbers of a constant; null if the value is not a constant of FP32.</summary>
    public IReadOnlyList<float>? Floats(string value)
        => Find(facts => facts._constants.ContainsKey(value))?._constants[value] is { DataType: OnnxDatatype.Fp32, DataLocation: not TensorProto.Types.DataLocation.External } tensor
            ? tensor.RawData.IsEmpty ? tensor.FloatData : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray()
            : null;

    /// <summary>Returns the shape of a constant or a weight; null if the value is neither.</summary>
    public IReadOnlyList<long>? ShapeOfConstant(string value)
        => Find(facts => facts._constants.ContainsKey(value))?._constants[value].Dims ?? Find(facts => facts._shapes.ContainsKey(value))?._shapes[value];

    /// <summary>Whether a value is a constant of the graph.</summary>
    public bool IsConstant(string value) => Find(facts => facts._constants.ContainsKey(value)) is not null;

    /// <summary>Adds a value with the elements of another.</summary>
    public void AddCopy(string copy, string value)
    {
        if (Find(facts => facts._trapFree.Contains(value) || facts._others.Contains(value)) is not null) Add(copy, IsTrapFree(value));
        if (IsSize(value)) _sizes.Add(copy);
        if (DependsOnShapesOnly(value)) _ofShapes.Add(copy);
        Emptiness.AddCopy(copy, value);
        SpatialSizes.AddCopy(copy, value);
    }

    /// <summary>Adds the outputs of the next node.</summary>
    public void Add(NodeProto node)
    {
        Emptiness.Add(node);
        SpatialSizes.Add(node);
        var first = node.Input.Count > 0 ? node.Input[0] : "";
        var type = node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}.{node.OpType}";
        var attributes = new NodeAttributes(node);
        for (var i = 0; i < node.Output.Count; i++)
        {
            if (IsOfFirstType(type, i)) Add(node.Output[i], IsTrapFree(first));
            else if (AlwaysFloat.Contains(type)) Add(node.Output[i], true);
        }
        if (node.Output.Count == 0) return;
        var output = node.Output[0];
        switch (type)
        {
            case "Constant": AddConstant(node, output); break;
            case "Cast": Add(output, IsTrapFree((int)attributes.Integer("to", 0))); break;
            case "CastLike" or "DequantizeLinear": Add(output, IsTrapFree(node.Input[1])); break;
            case "Where": Add(output, IsTrapFree(node.Input[1])); break;
            case "OneHot": Add(output, IsTrapFree(node.Input[2])); break;
            case "ConstantOfShape": Add(output, node.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T is not { } value || IsTrapFree(value.DataType)); break;
            case "ai.onnx.ml.LinearClassifier" or "ai.onnx.ml.SVMClassifier" or "ai.onnx.ml.TreeEnsembleClassifier" when node.Output.Count > 1: Add(node.Output[1], true); break;
        }
        if (type is "Shape" or "Size" || (type is "Gather" or "Slice" or "Squeeze" or "Unsqueeze" or "Identity" or "Reshape" or "Cast" && IsSize(first))) _sizes.Add(output);
        if (type is "Shape" or "Size" || (node.Input.Count > 0 && node.Input.All(input => input.Length == 0 || DependsOnShapesOnly(input)) && !GraphReader.Subgraphs(node).Any())) _ofShapes.UnionWith(node.Output);
    }

    // A request with an empty axis that the graph does not declare is not run: see EmptyTensors.
    private void AddInputs(GraphProto graph)
    {
        foreach (var input in graph.Input)
        {
            if (input.Type?.TensorType?.Shape?.Dim.All(dim => dim.DimValue != 0 || dim.ValueCase != TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue) == true) Emptiness.AddNonEmpty(input.Name);
            SpatialSizes.AddInput(input);
        }
    }

    private void Add(string value, bool isTrapFree) => _ = isTrapFree ? _trapFree.Add(value) : _others.Add(value);

    private void AddConstant(NodeProto node, string output)
    {
        var attribute = node.Attribute.FirstOrDefault(attribute => attribute.Name.StartsWith("value", StringComparison.Ordinal));
        var tensor = attribute?.Name switch
        {
            "value" => attribute.T,
            "value_int" => new TensorProto { DataType = OnnxDatatype.Int64, Int64Data = { attribute.I } },
            "value_ints" => new TensorProto { DataType = OnnxDatatype.Int64, Dims = { attribute.Ints.Count }, Int64Data = { attribute.Ints } },
            "value_float" => new TensorProto { DataType = OnnxDatatype.Fp32, FloatData = { attribute.F } },
            "value_floats" => new TensorProto { DataType = OnnxDatatype.Fp32, Dims = { attribute.Floats.Count }, FloatData = { attribute.Floats } },
            _ => null,
        };
        if (tensor is null) return;
        Add(output, IsTrapFree(tensor.DataType));
        _constants[output] = tensor;
        Emptiness.AddConstant(output, tensor);
    }

    private ValueFacts? Find(Func<ValueFacts, bool> knows)
    {
        for (var facts = this; facts is not null; facts = facts._outer)
            if (knows(facts)) return facts;
        return null;
    }

    private static bool IsOfFirstType(string type, int output) => SameType.Contains(type) || (output == 0 && FirstHasSameType.Contains(type));

    private static bool IsTrapFree(int dataType) => dataType is not (OnnxDatatype.Int32 or OnnxDatatype.Int64);

    private static long[]? IntegersOf(TensorProto tensor)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External) return null;
        var bytes = tensor.RawData.Span;
        return tensor.DataType switch
        {
            OnnxDatatype.Int64 => bytes.IsEmpty ? [.. tensor.Int64Data] : MemoryMarshal.Cast<byte, long>(bytes).ToArray(),
            OnnxDatatype.Int32 => bytes.IsEmpty ? [.. tensor.Int32Data.Select(value => (long)value)] : [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(value => (long)value)],
            _ => null,
        };
    }
}
