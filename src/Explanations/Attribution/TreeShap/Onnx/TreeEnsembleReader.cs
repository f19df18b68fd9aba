using InferenceServices.Onnx;

namespace InferenceServices.Explanations.Attribution.TreeShap.Onnx;

/// <summary>Reads the tree ensemble of an ONNX file.</summary>
internal static class TreeEnsembleReader
{
    public const int MaxOutputs = 10_000;
    public const int MaxFeatures = 1_000_000;
    public const int MaxAttributions = 100_000_000;

    private const string MlDomain = "ai.onnx.ml";

    /// <summary>Reads the ensemble.</summary>
    /// <param name="path">Path of an ONNX file.</param>
    /// <returns>Null when the graph is not a single ensemble that reads the only input unchanged.</returns>
    /// <exception cref="InvalidDataException">The file is not an ONNX file, or its nodes are not trees.</exception>
    /// <exception cref="NotSupportedException">The trees cannot be explained exactly.</exception>
    public static TreeEnsemble? Read(string path)
    {
        var model = OnnxFile.Read(path);
        var graph = model.Graph;
        var ensembles = graph.Node.Where(IsEnsemble).ToArray();
        if (ensembles is not [var ensemble]) return null;
        if (InputOf(graph, ensemble) is not { } input) return null;
        ITreeNodes nodes = ensemble.OpType == "TreeEnsemble" ? new IndexedTreeNodes(ensemble, LeafHitRates.Read(model)) : new ListedTreeNodes(ensemble, ensemble.OpType == "TreeEnsembleClassifier");
        return new TreeBuilder(nodes).Build(FeatureCount(input)) with { IsSingle = !IsDouble(graph, input) };
    }

    private static bool IsEnsemble(NodeProto node) => node.Domain == MlDomain && node.OpType is "TreeEnsemble" or "TreeEnsembleClassifier" or "TreeEnsembleRegressor";

    // If the input is transformed, or reaches the output other than through the trees, attributions of the trees do not describe the model.
    private static ValueInfoProto? InputOf(GraphProto graph, NodeProto ensemble)
    {
        if (GraphReader.RequiredInputs(graph).ToArray() is not [var input]) return null;
        if (graph.Node.Any(node => GraphReader.Subgraphs(node).Any())) return null;
        var names = new HashSet<string>(StringComparer.Ordinal) { input.Name };
        foreach (var node in graph.Node)
        {
            if (node == ensemble || !node.Input.Any(names.Contains)) continue;
            if (!PreservesValues(node)) return null;
            names.UnionWith(node.Output);
        }
        return ensemble.Input is [var read, ..] && names.Contains(read) ? input : null;
    }

    private static bool PreservesValues(NodeProto node)
        => node.OpType == "Identity" || (node.OpType == "Cast" && node.Attribute.Any(attribute => attribute is { Name: "to", I: OnnxDatatype.Fp32 or OnnxDatatype.Fp64 }));

    private static bool IsDouble(GraphProto graph, ValueInfoProto input)
        => input.Type?.TensorType?.ElemType == OnnxDatatype.Fp64
            && !graph.Node.Any(node => node.OpType == "Cast" && node.Attribute.Any(attribute => attribute is { Name: "to", I: OnnxDatatype.Fp32 }));

    private static int? FeatureCount(ValueInfoProto input)
        => input.Type?.TensorType?.Shape?.Dim is [_, { DimValue: > 0 and <= MaxFeatures } last] ? (int)last.DimValue : null;
}
