namespace InferenceServices.Explanations.Attribution.TreeShap.Onnx;

/// <summary>Builds trees from node lists.</summary>
/// <param name="nodes">Nodes of the graph.</param>
internal sealed class TreeBuilder(ITreeNodes nodes)
{
    /// <summary>Maximum depth, because trees are traversed recursively. Trained trees are not deeper.</summary>
    private const int MaxDepth = 512;

    private readonly Dictionary<Split, int> _splits = [];
    private readonly HashSet<int> _seen = [];
    private readonly double _scale = nodes.AggregateFunction == "AVERAGE" ? 1.0 / nodes.Roots.Count : 1;

    /// <summary>Builds the ensemble.</summary>
    /// <param name="featureCount">Number of features that the graph's input declares; null when dynamic.</param>
    /// <exception cref="InvalidDataException">The nodes are not trees.</exception>
    /// <exception cref="NotSupportedException">The trees cannot be explained exactly.</exception>
    public TreeEnsemble Build(int? featureCount)
    {
        if (nodes.AggregateFunction is not ("SUM" or "AVERAGE"))
            throw new NotSupportedException($"The trees are aggregated by {nodes.AggregateFunction}; SUM and AVERAGE are explained.");
        var trees = nodes.Roots.Select(root => Build(root, depth: 0)).ToArray();
        var needed = _splits.Keys.Select(split => split.Feature + 1).DefaultIfEmpty(1).Max();
        if (needed > (featureCount ?? TreeEnsembleReader.MaxFeatures)) throw new InvalidDataException($"The trees refer to feature {needed - 1}; the model's input has {featureCount ?? TreeEnsembleReader.MaxFeatures}.");
        if ((long)(featureCount ?? needed) * nodes.BaseValues.Length > TreeEnsembleReader.MaxAttributions)
            throw new NotSupportedException($"The model has {featureCount ?? needed} features and {nodes.BaseValues.Length} outputs; {TreeEnsembleReader.MaxAttributions} attributions are the maximum.");
        return new TreeEnsemble(featureCount ?? needed, nodes.BaseValues, nodes.PostTransform, [.. _splits.OrderBy(split => split.Value).Select(split => split.Key)], trees);
    }

    private TreeNode Build(int node, int depth)
    {
        if (nodes.IsLeaf(node))
            return new TreeLeaf(nodes.Cover(node) ?? 0, [.. nodes.Weights(node).Select(weight => weight with { Value = weight.Value * _scale })]);
        if (!_seen.Add(node)) throw new InvalidDataException("A node of the trees has two parents, or is beneath itself.");
        if (depth == MaxDepth) throw new NotSupportedException($"A tree is deeper than {MaxDepth}.");
        var split = nodes.Split(node);
        if (split.Feature < 0) throw new InvalidDataException($"The trees refer to feature {split.Feature}.");
        if (!_splits.TryGetValue(split, out var index)) _splits.Add(split, index = _splits.Count);
        var (whenTrue, whenFalse) = (Build(nodes.WhenTrue(node), depth + 1), Build(nodes.WhenFalse(node), depth + 1));
        return new TreeBranch(nodes.Cover(node) ?? whenTrue.Cover + whenFalse.Cover, index, whenTrue, whenFalse);
    }
}
