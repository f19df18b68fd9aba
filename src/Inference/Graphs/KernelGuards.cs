using System.Collections.Frozen;
using Google.Protobuf.Collections;
using InferenceServices.Inference.Execution;
using InferenceServices.Onnx;

namespace InferenceServices.Inference.Graphs;

/// <summary>
/// Adds nodes to a graph so that no kernel ends the process or runs without end because of the values or the shapes of its inputs. Results do not change. A
/// tensor that a kernel does not survive fails the request: the error names the added node, which is named after the problem. See docs/kernels.md.
/// </summary>
internal sealed class KernelGuards
{
    // Where the operators of the guards exist: for shapes, and for integers and floating-point numbers.
    private const int MinShapeOpset = 7;
    private const int MinOpset = 9;

    private readonly HashSet<string> _names;
    private readonly FrozenSet<string> _functions;
    private readonly bool _allowUnsafeOperators;
    private readonly long _maxElements;
    private long _opset;
    private int _added;

    private KernelGuards(ModelProto model, bool allowUnsafeOperators, long maxElements)
    {
        (_allowUnsafeOperators, _maxElements) = (allowUnsafeOperators, maxElements);
        _names = [.. AllNodes(model).SelectMany(node => node.Input.Concat(node.Output)), .. model.Graph.Input.Select(input => input.Name), .. model.Graph.Initializer.Select(value => value.Name)];
        _functions = model.Functions.Select(function => GraphReader.OperatorName(new NodeProto { Domain = function.Domain, OpType = function.Name })).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// Operators that end the process, or run without end or interruption, on tensors that ordinary graphs can make of a request. Without guards, other
    /// operators only take memory, which the arena limits. <c>ReorderOutput</c> shows that convolutions have the layout in which a pool may trap.
    /// </summary>
    public static IReadOnlyList<string> Traps { get; } =
        [
            "BeamSearch", "ConvTranspose", "DecoderMaskedMultiHeadAttention", "Div", "DynamicQuantizeLSTM", "FeatureVectorizer", "GRU", "GreedySearch", "InstanceNormalization",
            "Inverse", "LSTM", "Loop", "Mod", "ReorderOutput", "RoiAlign", "STFT", "Sampling", "SparseAttention", "Unique", "WhisperBeamSearch",
        ];

    // Lengths and indices of requests go to these kernels, which scripts/fuzz-kernels does not test.
    private static readonly FrozenSet<string> Untested = new[]
    {
        "com.microsoft.BeamSearch", "com.microsoft.DecoderMaskedMultiHeadAttention", "com.microsoft.GreedySearch", "com.microsoft.Sampling",
        "com.microsoft.SparseAttention", "com.microsoft.WhisperBeamSearch",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Adds the guards to the main graph, its subgraphs and the functions.</summary>
    /// <param name="model">The model, which is changed.</param>
    /// <param name="weights">Initializers of the main graph that the model lacks.</param>
    /// <param name="allowUnsafeOperators">Whether an operator that cannot be guarded remains without a guard.</param>
    /// <param name="maxElements">Largest number of elements of a tensor whose size depends on values.</param>
    /// <returns>Whether the model changed.</returns>
    /// <exception cref="UnsafeOperatorException">An operator cannot be guarded.</exception>
    public static bool AddTo(ModelProto model, IReadOnlyList<TensorProto> weights, bool allowUnsafeOperators, long maxElements)
    {
        var guards = new KernelGuards(model, allowUnsafeOperators, maxElements) { _opset = OpsetOf(model.OpsetImport) };
        guards.Visit(model.Graph, null, weights, areInitializersConstant: model.IrVersion < 4);
        foreach (var function in model.Functions)
        {
            guards._opset = OpsetOf(function.OpsetImport);
            guards.Visit(function.Node, new ValueFacts());
        }
        return guards._added > 0;
    }

    private ValueFacts Visit(GraphProto graph, ValueFacts? outer, IEnumerable<TensorProto> weights, bool areInitializersConstant)
    {
        var facts = new ValueFacts(graph, outer, weights, areInitializersConstant);
        Visit(graph.Node, facts);
        return facts;
    }

    private void Visit(RepeatedField<NodeProto> nodes, ValueFacts facts)
    {
        NodeProto[] original = [.. nodes];
        nodes.Clear();
        var guard = new GuardNodes(nodes, _names);
        foreach (var node in original)
        {
            var branches = GraphReader.Subgraphs(node).Select(graph => (graph, Visit(graph, facts, [], areInitializersConstant: false))).ToList();
            if (_functions.Contains(GraphReader.OperatorName(node)))
            {
                nodes.Add(node);
                continue;
            }
            Guard(node, nodes, guard, facts);
            facts.Add(node);
            if (node.OpType == "If") facts.Emptiness.AddBranches(node, branches);
        }
    }

    private void Guard(NodeProto node, RepeatedField<NodeProto> nodes, GuardNodes guard, ValueFacts facts)
    {
        var (before, original) = (nodes.Count, node.Clone());
        var type = GraphReader.OperatorName(node);
        if (Untested.Contains(type) && !_allowUnsafeOperators) throw new UnsafeOperatorException($"{node.OpType} was not tested", remedy: "");
        if (OutputSizes.Fixed(type, node) > _maxElements)
            throw new NotSupportedException($"node {$"{node.OpType} {node.Name}".Trim()} makes a tensor of more than {_maxElements} elements");
        GuardTensors(type, node, guard, facts);
        if (type is "MaxPool" or "AveragePool" or "com.microsoft.nchwc.MaxPool" or "com.microsoft.nchwc.AveragePool") GuardPool(node, guard, facts);
        if (type == "com.microsoft.Inverse") GuardMatrix(node, guard, facts);
        var shapeGuards = nodes.Count - before;
        switch (type)
        {
            case "Div" when MayOverflow(node, facts): GuardDivision(node, nodes, guard); break;
            case "Mod" when MayOverflow(node, facts) && new NodeAttributes(node).Integer("fmod", 0) == 0: AppendMinusOneGuard(node, guard); break;
            case "STFT": GuardFrameLength(node, guard, facts); break;
            case "Loop": GuardLoop(node); break;
        }
        if (OutputSizes.LengthsOf(type, node) is { } lengths && !IsBounded(facts, node, lengths)) LimitSize(type, node, lengths[0], guard, facts);
        nodes.Add(node);
        if (nodes.Count == before + 1) return;
        if (_opset >= (nodes.Count == before + shapeGuards + 1 ? MinShapeOpset : MinOpset)) _added++;
        else if (!_allowUnsafeOperators) throw new UnsafeOperatorException($"{original.OpType} of opset {_opset} cannot be guarded");
        else
        {
            while (nodes.Count > before) nodes.RemoveAt(nodes.Count - 1);
            nodes.Add(original);
        }
    }

    // The smallest integer divided by -1 traps. Division by zero is an error of the kernel.
    private static bool MayOverflow(NodeProto node, ValueFacts facts)
        => node.Input is [var dividend, var divisor]
            && !facts.IsTrapFree(dividend) && !facts.IsTrapFree(divisor) && !facts.IsSize(dividend) && !facts.IsSize(divisor)
            && facts.Integers(divisor)?.Contains(-1) != false;

    // Shapes of requests are limited. The product of constants is an upper limit for vectors, and large enough for numbers.
    private bool IsBounded(ValueFacts facts, NodeProto node, int[] lengths)
    {
        string[] inputs = [.. lengths.Where(input => input < node.Input.Count && node.Input[input].Length > 0).Select(input => node.Input[input])];
        return inputs.All(facts.DependsOnShapesOnly)
            && inputs.SelectMany(input => facts.Integers(input) ?? []).Aggregate(1.0, static (product, length) => product * Math.Max(1, Math.Abs((double)length))) <= _maxElements;
    }

    // Fails if an axis is empty. Constants are not checked: what the runtime does with them does not depend on requests.
    private static void GuardTensors(string type, NodeProto node, GuardNodes guard, ValueFacts facts)
    {
        foreach (var (input, axis) in EmptyTensorOperators.InputsToGuard(type, node))
        {
            var tensor = node.Input[input];
            if (tensor.Length == 0 || facts.IsConstant(tensor) || facts.Emptiness.IsNonEmpty(tensor)) continue;
            var lengths = axis == 0 ? guard.Append("Size", tensor) : guard.Append("Gather", guard.Append("Shape", guard.AppendWith("Flatten", "axis", axis, tensor)), guard.Vector(1));
            var isEmpty = guard.Append("Equal", lengths, guard.Vector(0));
            node.Input[input] = guard.RequireTensor(Describe(node, $"input {input + 1} of the node is empty{(axis > 0 ? $" along axis {axis} or later" : "")}"), tensor, isEmpty);
            facts.AddCopy(node.Input[input], tensor);
            if (axis == 0) facts.Emptiness.AddNonEmpty(node.Input[input]);
        }
    }

    // The kernel reads outside of a matrix that is not square.
    private static void GuardMatrix(NodeProto node, GuardNodes guard, ValueFacts facts)
    {
        var matrix = node.Input[0];
        var shape = guard.Append("Shape", matrix);
        var isSquare = guard.Append("Equal", guard.Append("Gather", shape, guard.Vector(-1)), guard.Append("Gather", shape, guard.Vector(-2)));
        node.Input[0] = guard.RequireTensor(Describe(node, "the matrix is not square"), matrix, guard.Append("Not", isSquare));
        facts.AddCopy(node.Input[0], matrix);
    }

    // In the layout of the optimizer for convolutions of images, a pool with an empty output traps.
    private static void GuardPool(NodeProto node, GuardNodes guard, ValueFacts facts)
    {
        if (Window.Of(node, facts) is not { IsCovered: false, Lengths.Length: 2 } window) return;
        if (facts.SpatialSizes.Of(node.Input[0]) is { } size && window.OutputOf(size)?.Contains(0) == false) return;
        var image = node.Input[0];
        node.Input[0] = guard.RequireTensor(Describe(node, "the input is too small for the window"), image, window.IsOutputEmpty(guard, image));
        facts.AddCopy(node.Input[0], image);
    }

    private void LimitSize(string type, NodeProto node, int input, GuardNodes guard, ValueFacts facts)
    {
        var isTooLarge = guard.Append("Greater", guard.Append("Abs", new OutputSizes(guard, _opset).Of(type, node)), guard.Number(_maxElements));
        var (name, lengths) = (Describe(node, $"more than {_maxElements} elements"), node.Input[input]);
        node.Input[input] = OutputSizes.IsTensor(type) ? guard.RequireTensor(name, lengths, isTooLarge)
            : OutputSizes.TypeOfVector(type, input) is { } dataType ? guard.RequireVector(name, lengths, dataType, isTooLarge)
            : guard.Require(name, lengths, isTooLarge);
        facts.AddCopy(node.Input[input], lengths);
    }

    // a / -1 = (a / 1) * -1, which wraps; also for other numbers, if the type is not known.
    private static void GuardDivision(NodeProto node, RepeatedField<NodeProto> nodes, GuardNodes guard)
    {
        var quotient = node.Output[0];
        var divisor = node.Input[1];
        var isMinusOne = AppendMinusOneGuard(node, guard);
        node.Output[0] = guard.NewName();
        nodes.Add(node.Clone());
        var negative = guard.Append("Mul", node.Output[0], divisor);
        (node.OpType, node.Name) = ("Where", Describe(node, "sign"));
        node.Attribute.Clear();
        node.Input.Clear();
        node.Input.Add([isMinusOne, negative, node.Output[0]]);
        node.Output[0] = quotient;
    }

    /// <summary>Replaces a divisor of -1 by 1: a mod -1 = a mod 1 = 0.</summary>
    /// <returns>Name of the condition.</returns>
    private static string AppendMinusOneGuard(NodeProto node, GuardNodes guard)
    {
        var divisor = node.Input[1];
        // Without a constant of the divisor's type, which may not be known: x = -1 if x = sign(x) and x < |x|. Before opset 11, Equal has fewer types than Less.
        var sign = guard.Append("Sign", divisor);
        var isUnit = guard.Append("Not", guard.Append("Or", guard.Append("Less", divisor, sign), guard.Append("Greater", divisor, sign)));
        var magnitude = guard.Append("Abs", divisor);
        var isMinusOne = guard.Append("And", isUnit, guard.Append("Less", divisor, magnitude));
        node.Input[1] = guard.Append("Where", isMinusOne, magnitude, divisor);
        return isMinusOne;
    }

    // Without a window, a frame length of 0 traps.
    private static void GuardFrameLength(NodeProto node, GuardNodes guard, ValueFacts facts)
    {
        if (node.Input is not [_, _, "", var length] || facts.Integers(length) is [> 0]) return;
        node.Input[3] = guard.Require(Describe(node, "frame_length is 0"), length, guard.Append("Less", guard.Double(length), guard.Number(1)));
    }

    // The runtime checks for cancellation between nodes, and the optimizer may leave none of a body.
    private void GuardLoop(NodeProto node)
    {
        if (GraphReader.Subgraphs(node).FirstOrDefault() is not { Input: [_, var enter, ..], Output: [var proceed, ..] } body) return;
        var both = new GuardNodes(body.Node, _names).Append("And", enter.Name, proceed.Name);
        proceed.Name = both;
        _added++;
    }

    // The runtime quotes names in its messages.
    private static string Describe(NodeProto node, string reason) => $"{ModelGraph.ReasonPrefix}node {$"{node.OpType} {node.Name.Replace('\'', ' ')}".Trim()}: {reason}";

    private static long OpsetOf(IEnumerable<OperatorSetIdProto> imports) => imports.FirstOrDefault(import => import.Domain is "" or "ai.onnx")?.Version ?? long.MaxValue;

    private static IEnumerable<NodeProto> AllNodes(ModelProto model)
        => GraphReader.AllNodes(model.Graph).Concat(model.Functions.SelectMany(function => function.Node));
}
