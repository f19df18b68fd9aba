using InferenceServices.Onnx;

namespace InferenceServices.Inference.Graphs;

/// <summary>
/// Replaces <c>ZipMap</c>, which converters of scikit-learn and XGBoost add to a classifier: a list of maps from class to probability becomes the tensor of
/// probabilities, and the classes become its labels.
/// </summary>
internal static class ZipMaps
{
    public const string Operator = "ai.onnx.ml.ZipMap";

    /// <summary>Replaces every <c>ZipMap</c> whose output is an output of the graph.</summary>
    /// <returns>Classes by output; empty when the graph did not change.</returns>
    /// <exception cref="NotSupportedException">Another node reads the maps.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Replace(GraphProto graph)
    {
        var classes = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            if (node is not { Domain: "ai.onnx.ml", OpType: "ZipMap", Input: [var scores], Output: [var maps] }) continue;
            if (GraphReader.AllNodes(graph).FirstOrDefault(other => other.Input.Contains(maps)) is { } reader)
                throw new NotSupportedException($"the maps of ZipMap output '{maps}' are the input of a {reader.OpType} node; ZipMap is supported as the last node before an output");
            if (graph.Output.FirstOrDefault(output => output.Name == maps) is not { } declared) continue;
            var keys = new NodeAttributes(node).ClassLabels();
            classes[maps] = keys;
            (node.Domain, node.OpType) = ("", "Identity");
            node.Attribute.Clear();
            declared.Type = TypeOf(graph, scores, keys.Length);
            foreach (var value in graph.ValueInfo)
                if (value.Name == maps) value.Type = declared.Type;
        }
        return classes;
    }

    // ONNX Runtime infers the rows where the graph determines them.
    private static TypeProto TypeOf(GraphProto graph, string scores, int classes)
    {
        if (graph.ValueInfo.Concat(graph.Output).FirstOrDefault(value => value.Name == scores) is { Type.TensorType.Shape: not null } known) return known.Type.Clone();
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension(), new TensorShapeProto.Types.Dimension { DimValue = classes } } };
        return new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = OnnxDatatype.Fp32, Shape = shape } };
    }
}
