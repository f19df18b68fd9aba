using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using InferenceServices.Onnx;

namespace InferenceServices.Inference.Graphs;

/// <summary>
/// Adds nodes to a graph so that no kernel ends the process or runs without end because of the values of its inputs. Results do not change. A value that a
/// kernel does not survive fails the request: the error names the added node, which is named after the problem. See docs/kernels.md.
/// </summary>
internal sealed class KernelGuards
{
    // Where the operators of the guards, for integers and floating-point numbers, exist.
    private const int MinOpset = 9;

    private readonly HashSet<string> _names;
    private readonly bool _allowUnsafeOperators;
    private readonly long _maxElements;
    private long _opset;
    private int _added;
    private int _created;

    private KernelGuards(ModelProto model, bool allowUnsafeOperators, long maxElements)
    {
        (_allowUnsafeOperators, _maxElements) = (allowUnsafeOperators, maxElements);
        _names = [.. AllNodes(model).SelectMany(node => node.Input.Concat(node.Output)), .. model.Graph.Input.Select(input => input.Name)];
    }

    /// <summary>Operators that may need a guard.</summary>
    public static IReadOnlyList<string> Operators { get; } =
        ["BlackmanWindow", "ConstantOfShape", "Div", "Expand", "HammingWindow", "HannWindow", "Loop", "MelWeightMatrix", "Mod", "Range", "STFT", "Tile"];

    /// <summary>Operators that may end the process without a guard.</summary>
    public static IReadOnlyList<string> Traps { get; } = ["Div", "Mod", "STFT"];

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

    private void Visit(GraphProto graph, ValueFacts? outer, IEnumerable<TensorProto> weights, bool areInitializersConstant)
        => Visit(graph.Node, new ValueFacts(graph, outer, weights, areInitializersConstant));

    private void Visit(RepeatedField<NodeProto> nodes, ValueFacts facts)
    {
        NodeProto[] original = [.. nodes];
        nodes.Clear();
        foreach (var node in original)
        {
            foreach (var subgraph in GraphReader.Subgraphs(node)) Visit(subgraph, facts, [], areInitializersConstant: false);
            if (node.Domain is "" or "ai.onnx") Guard(node, nodes, facts);
            else nodes.Add(node);
            facts.Add(node);
        }
    }

    private void Guard(NodeProto node, RepeatedField<NodeProto> nodes, ValueFacts facts)
    {
        var (before, original) = (nodes.Count, node.Clone());
        switch (node.OpType)
        {
            case "Div" when MayOverflow(node, facts): GuardDivision(node, nodes); break;
            case "Mod" when MayOverflow(node, facts) && new NodeAttributes(node).Integer("fmod", 0) == 0: GuardModulo(node, nodes); break;
            case "STFT": GuardFrameLength(node, nodes, facts); break;
            case "Range" when !IsBounded(facts, node.Input[1]): GuardRange(node, nodes); break;
            case "BlackmanWindow" or "HammingWindow" or "HannWindow" when !IsBounded(facts, node.Input[0]):
                node.Input[0] = Limit(nodes, node, node.Input[0], Double(nodes, node.Input[0]));
                break;
            case "MelWeightMatrix" when !node.Input.Take(2).All(input => IsBounded(facts, input)): GuardMelWeights(node, nodes); break;
            case "ConstantOfShape" when !IsBounded(facts, node.Input[0]): node.Input[0] = LimitShape(nodes, node, node.Input[0]); break;
            case "Expand" or "Tile" when !IsBounded(facts, node.Input[1]): node.Input[1] = LimitShape(nodes, node, node.Input[1]); break;
            case "Loop": GuardLoop(node); break;
        }
        nodes.Add(node);
        if (nodes.Count == before + 1) return;
        if (_opset >= MinOpset) _added++;
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

    private static bool IsBounded(ValueFacts facts, string value) => facts.DependsOnShapesOnly(value);

    // a / -1 = (a / 1) * -1, which wraps; also for other numbers, if the type is not known.
    private void GuardDivision(NodeProto node, RepeatedField<NodeProto> nodes)
    {
        var quotient = node.Output[0];
        var divisor = node.Input[1];
        var isMinusOne = AppendMinusOneGuard(node, nodes);
        node.Output[0] = NewName();
        nodes.Add(node.Clone());
        var negative = Append(nodes, "Mul", node.Output[0], divisor);
        (node.OpType, node.Name) = ("Where", Describe(node, "sign"));
        node.Attribute.Clear();
        node.Input.Clear();
        node.Input.Add([isMinusOne, negative, node.Output[0]]);
        node.Output[0] = quotient;
    }

    // a mod -1 = a mod 1 = 0.
    private void GuardModulo(NodeProto node, RepeatedField<NodeProto> nodes) => AppendMinusOneGuard(node, nodes);

    /// <summary>Replaces a divisor of -1 by 1.</summary>
    /// <returns>Name of the condition.</returns>
    private string AppendMinusOneGuard(NodeProto node, RepeatedField<NodeProto> nodes)
    {
        var divisor = node.Input[1];
        // Without a constant of the divisor's type, which may not be known: x = -1 if x = sign(x) and x < |x|.
        var isUnit = Append(nodes, "Equal", divisor, Append(nodes, "Sign", divisor));
        var magnitude = Append(nodes, "Abs", divisor);
        var isMinusOne = Append(nodes, "And", isUnit, Append(nodes, "Less", divisor, magnitude));
        node.Input[1] = Append(nodes, "Where", isMinusOne, magnitude, divisor);
        return isMinusOne;
    }

    // Without a window, a frame length of 0 traps.
    private void GuardFrameLength(NodeProto node, RepeatedField<NodeProto> nodes, ValueFacts facts)
    {
        if (node.Input is not [_, _, "", var length] || facts.Integers(length) is [> 0]) return;
        node.Input[3] = Require(nodes, Describe(node, "frame_length is 0"), length, Append(nodes, "Less", Double(nodes, length), Number(nodes, 1)));
    }

    private void GuardRange(NodeProto node, RepeatedField<NodeProto> nodes)
    {
        var distance = Append(nodes, "Sub", Double(nodes, node.Input[1]), Double(nodes, node.Input[0]));
        node.Input[1] = Limit(nodes, node, node.Input[1], Append(nodes, "Div", distance, Double(nodes, node.Input[2])));
    }

    private void GuardMelWeights(NodeProto node, RepeatedField<NodeProto> nodes)
    {
        var bins = Append(nodes, "Add", Append(nodes, "Abs", Double(nodes, node.Input[1])), Number(nodes, 1));
        node.Input[0] = Limit(nodes, node, node.Input[0], Append(nodes, "Mul", Double(nodes, node.Input[0]), bins));
    }

    private string LimitShape(RepeatedField<NodeProto> nodes, NodeProto node, string shape)
    {
        // A product in FP64 does not overflow. Its absolute value: a negative length is an error of the kernel.
        var elements = Append(nodes, "Abs", Append(nodes, "ReduceProd", Double(nodes, shape)));
        var index = IndexOf(nodes, Append(nodes, "Greater", elements, Number(nodes, _maxElements)));
        return AppendNamed(nodes, "Gather", Describe(node, $"more than {_maxElements} elements"), Append(nodes, "Reshape", shape, Vector(nodes, 1, -1)), index);
    }

    // The runtime checks for cancellation between nodes, and the optimizer may leave none of a body.
    private void GuardLoop(NodeProto node)
    {
        if (GraphReader.Subgraphs(node).FirstOrDefault() is not { Input: [_, var enter, ..], Output: [var proceed, ..] } body) return;
        var both = NewName();
        body.Node.Add(new NodeProto { OpType = "And", Name = both, Input = { enter.Name, proceed.Name }, Output = { both } });
        proceed.Name = both;
        _added++;
    }

    private string Limit(RepeatedField<NodeProto> nodes, NodeProto node, string value, string elements)
        => Require(nodes, Describe(node, $"more than {_maxElements} elements"), value, Append(nodes, "Greater", elements, Number(nodes, _maxElements)));

    /// <summary>Returns a copy of a value of one element that cannot be read if a condition holds: its index is then 1, which Gather rejects.</summary>
    private string Require(RepeatedField<NodeProto> nodes, string name, string value, string isWrong)
        => AppendNamed(nodes, "Gather", name, Append(nodes, "Reshape", value, Vector(nodes, -1)), IndexOf(nodes, isWrong));

    private string IndexOf(RepeatedField<NodeProto> nodes, string isWrong)
        => Append(nodes, "Reshape", Cast(nodes, isWrong, OnnxDatatype.Int64), Vector(nodes));

    private string Double(RepeatedField<NodeProto> nodes, string value) => Cast(nodes, value, OnnxDatatype.Fp64);

    private string Cast(RepeatedField<NodeProto> nodes, string value, int dataType)
    {
        var name = Append(nodes, "Cast", value);
        nodes[^1].Attribute.Add(new AttributeProto { Name = "to", I = dataType, Type = AttributeProto.Types.AttributeType.Int });
        return name;
    }

    private string Number(RepeatedField<NodeProto> nodes, double value)
        => Constant(nodes, new TensorProto { DataType = OnnxDatatype.Fp64, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(new ReadOnlySpan<double>(in value))) });

    private string Vector(RepeatedField<NodeProto> nodes, params long[] values)
        => Constant(nodes, new TensorProto { DataType = OnnxDatatype.Int64, Dims = { values.Length }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) });

    private string Constant(RepeatedField<NodeProto> nodes, TensorProto tensor)
    {
        var name = Append(nodes, "Constant");
        nodes[^1].Attribute.Add(new AttributeProto { Name = "value", T = tensor, Type = AttributeProto.Types.AttributeType.Tensor });
        return name;
    }

    private string Append(RepeatedField<NodeProto> nodes, string type, params ReadOnlySpan<string> inputs) => AppendNamed(nodes, type, "", inputs);

    private string AppendNamed(RepeatedField<NodeProto> nodes, string type, string name, params ReadOnlySpan<string> inputs)
    {
        var output = NewName();
        var node = new NodeProto { OpType = type, Name = name.Length > 0 ? name : output, Output = { output } };
        foreach (var input in inputs) node.Input.Add(input);
        nodes.Add(node);
        return output;
    }

    private string NewName()
    {
        string name;
        do name = $"guard_{_created++}"; while (!_names.Add(name));
        return name;
    }

    // The runtime quotes names in its messages.
    private static string Describe(NodeProto node, string reason) => $"{ModelGraph.ReasonPrefix}node {$"{node.OpType} {node.Name.Replace('\'', ' ')}".Trim()}: {reason}";

    private static long OpsetOf(IEnumerable<OperatorSetIdProto> imports) => imports.FirstOrDefault(import => import.Domain is "" or "ai.onnx")?.Version ?? long.MaxValue;

    private static IEnumerable<NodeProto> AllNodes(ModelProto model)
        => GraphReader.AllNodes(model.Graph).Concat(model.Functions.SelectMany(function => function.Node));
}
