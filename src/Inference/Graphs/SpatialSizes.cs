using System.Collections.Frozen;
using InferenceServices.Onnx;

namespace InferenceServices.Inference.Graphs;

/// <summary>Lengths of the axes after batch and channel in graphs for images of a fixed size, whose pools need no guard.</summary>
/// <remarks>Incomplete by design: sizes are followed through the operators of ordinary convolutional networks.</remarks>
/// <param name="facts">Constants of the graph.</param>
/// <param name="outer">The graph around a subgraph.</param>
internal sealed class SpatialSizes(ValueFacts facts, SpatialSizes? outer)
{
    private static readonly FrozenSet<string> OfFirstInput = new[]
    {
        "BatchNormalization", "Clip", "DequantizeLinear", "Dropout", "Elu", "HardSigmoid", "HardSwish", "Identity", "InstanceNormalization", "LRN", "LeakyRelu", "PRelu",
        "QuantizeLinear", "Relu", "Selu", "Sigmoid", "Softplus", "Tanh",
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly Dictionary<string, long[]> _sizes = new(StringComparer.Ordinal);

    /// <summary>Returns the lengths; null if they are not known.</summary>
    public long[]? Of(string value) => _sizes.GetValueOrDefault(value) ?? outer?.Of(value);

    /// <summary>Records an input of the main graph.</summary>
    public void AddInput(ValueInfoProto input)
    {
        if (input.Type?.TensorType?.Shape?.Dim is { Count: > 2 } dims && dims.Skip(2).All(dim => dim.DimValue > 0)) _sizes[input.Name] = [.. dims.Skip(2).Select(dim => dim.DimValue)];
    }

    /// <summary>Records a tensor with the elements of another.</summary>
    public void AddCopy(string copy, string value)
    {
        if (Of(value) is { } size) _sizes[copy] = size;
    }

    /// <summary>Records the outputs of the next node.</summary>
    public void Add(NodeProto node)
    {
        if (node.Output.Count == 0 || node.Input.Count == 0) return;
        var type = GraphReader.OperatorName(node);
        var size = OfFirstInput.Contains(type) ? Of(node.Input[0]) : type switch
        {
            "Conv" or "MaxPool" or "AveragePool" or "LpPool" => Of(node.Input[0]) is { } input ? Window.Of(node, facts)?.OutputOf(input) : null,
            "GlobalAveragePool" or "GlobalMaxPool" => Of(node.Input[0])?.Select(_ => 1L).ToArray(),
            "Add" or "Mul" or "Sub" or "Div" or "Max" or "Sum" => Broadcast(node),
            "Concat" when new NodeAttributes(node).Integer("axis", 0) == 1 => Of(node.Input[0]),
            _ => null,
        };
        if (size is not null) _sizes[node.Output[0]] = size;
    }

    // A constant for each channel does not change a size.
    private long[]? Broadcast(NodeProto node)
    {
        long[]? sizes = null;
        foreach (var input in node.Input)
        {
            if (Of(input) is { } known) sizes = sizes is null ? known : sizes.Length == known.Length ? [.. sizes.Zip(known, Math.Max)] : null;
            else if (facts.ShapeOfConstant(input) is not { } shape || shape.Reverse().Take(2).Any(length => length != 1)) return null;
        }
        return sizes;
    }
}
