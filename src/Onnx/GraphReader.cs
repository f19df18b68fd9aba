namespace InferenceServices.Onnx;

/// <summary>Reads inputs and nodes of a graph.</summary>
public static class GraphReader
{
    /// <summary>Returns the inputs that a request must supply.</summary>
    /// <param name="graph">The main graph of a model.</param>
    /// <remarks>Before ONNX IR 4, every initializer was also listed as an input; those are excluded.</remarks>
    public static IEnumerable<ValueInfoProto> RequiredInputs(GraphProto graph)
    {
        var initializers = graph.Initializer.Select(initializer => initializer.Name).ToHashSet(StringComparer.Ordinal);
        return graph.Input.Where(input => !initializers.Contains(input.Name));
    }

    /// <summary>Returns the nodes of a graph and of its subgraphs (branches, loop bodies).</summary>
    public static IEnumerable<NodeProto> AllNodes(GraphProto graph) => AllNodes(graph.Node);

    /// <summary>Returns the graphs in a node's attributes.</summary>
    public static IEnumerable<GraphProto> Subgraphs(NodeProto node)
        => node.Attribute.SelectMany(attribute => attribute.G is { } graph ? attribute.Graphs.Prepend(graph) : attribute.Graphs);

    /// <summary>Returns the operator of a node, after its domain and a dot unless the domain is ONNX's own: <c>Gemm</c>, <c>ai.onnx.ml.Scaler</c>.</summary>
    public static string OperatorName(NodeProto node) => OperatorName(node.Domain, node.OpType);

    /// <summary>Returns the operators of a model, subgraphs and functions included, sorted.</summary>
    /// <returns><c>Gemm</c>, <c>ai.onnx.ml.Scaler</c>; a function counts by its nodes.</returns>
    public static IReadOnlyList<string> Operators(ModelProto model)
    {
        var nodes = AllNodes(model.Graph).Concat(model.Functions.SelectMany(function => AllNodes(function.Node)));
        return [.. nodes.Select(OperatorName)
            .Except(model.Functions.Select(function => OperatorName(function.Domain, function.Name)))
            .Order(StringComparer.Ordinal)];
    }

    // "" and "ai.onnx" are the same domain.
    private static string OperatorName(string domain, string type) => domain is "" or "ai.onnx" ? type : $"{domain}.{type}";

    private static IEnumerable<NodeProto> AllNodes(IEnumerable<NodeProto> nodes) => nodes.SelectMany(node => Subgraphs(node).SelectMany(AllNodes).Prepend(node));
}
