using InferenceServices.ModelTools.Convert.Pickles;

namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>Reads trees: records of nodes, whose fields differ between versions, and their values.</summary>
internal static class SklearnTreeReader
{
    private const int NoChild = -1;

    /// <summary>Reads the tree of a decision tree.</summary>
    /// <param name="estimator">A DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeClassifier or ExtraTreeRegressor.</param>
    /// <param name="features">Number of features of the model.</param>
    /// <param name="valuesPerNode">Number of classes, or 1.</param>
    public static SklearnTree Read(PickleField estimator, int features, int valuesPerNode)
    {
        if (estimator.Type is not { Name: "DecisionTreeClassifier" or "DecisionTreeRegressor" or "ExtraTreeClassifier" or "ExtraTreeRegressor" } type || !type.IsIn("sklearn")) throw estimator.Error("a decision tree");
        var tree = estimator["tree_"];
        if (tree.Type is not { Name: "Tree" }) throw tree.Error("a sklearn.tree._tree.Tree");
        var nodes = tree["nodes"].Array();
        var values = tree["values"].Array();
        if (values.Shape is not [_, 1, var width]) throw new NotSupportedException($"{estimator.Path} has values of shape [{string.Join(", ", values.Shape)}]; only trees with one output are supported");
        if (width != valuesPerNode || values.Shape[0] != nodes.Count) throw new PickleException($"{values.Shape[0]} x {width} values of {tree.Path} do not match its {nodes.Count} nodes and {valuesPerNode} values per node");
        return Check(tree, features, new SklearnTree(
            Indices(nodes.Column("left_child")),
            Indices(nodes.Column("right_child")),
            Indices(nodes.Column("feature")),
            nodes.Column("threshold").Numbers(),
            // Before version 1.3 trees had no missing values.
            nodes.HasColumn("missing_go_to_left") ? Flags(nodes.Column("missing_go_to_left")) : new bool[nodes.Count],
            nodes.Column("weighted_n_node_samples").Finite(),
            values.Finite(),
            width));
    }

    /// <summary>Reads a tree of histogram-based gradient boosting.</summary>
    /// <param name="predictor">A TreePredictor.</param>
    /// <param name="features">Number of features of the model.</param>
    public static SklearnTree ReadHistogram(PickleField predictor, int features)
    {
        if (predictor.Type is not { Name: "TreePredictor" }) throw predictor.Error("a TreePredictor");
        var nodes = predictor["nodes"].Array();
        if (nodes.HasColumn("is_categorical") && Flags(nodes.Column("is_categorical")).Any(flag => flag)) throw new NotSupportedException($"{predictor.Path} has categorical splits, which are not supported");
        var isLeaf = Flags(nodes.Column("is_leaf"));
        var (left, right) = (Indices(nodes.Column("left")), Indices(nodes.Column("right")));
        for (var node = 0; node < isLeaf.Length; node++)
            if (isLeaf[node]) left[node] = right[node] = NoChild;
        return Check(predictor, features, new SklearnTree(
            left,
            right,
            Indices(nodes.Column("feature_idx")),
            nodes.Column(nodes.HasColumn("num_threshold") ? "num_threshold" : "threshold").Numbers(),
            Flags(nodes.Column("missing_go_to_left")),
            nodes.Column("count").Finite(),
            nodes.Column("value").Finite(),
            ValuesPerNode: 1));
    }

    private static SklearnTree Check(PickleField field, int features, SklearnTree tree)
    {
        if (tree.Nodes == 0) throw new PickleException($"{field.Path} has no nodes");
        var hasParent = new bool[tree.Nodes];
        for (var node = 0; node < tree.Nodes; node++)
        {
            // Otherwise a short list could expand to more nodes than memory can hold.
            if (node > 0 && !hasParent[node]) throw new PickleException($"node {node} of {field.Path} has no parent before it");
            if (tree.IsLeaf(node)) continue;
            foreach (var child in new[] { tree.Left[node], tree.Right[node] })
            {
                if (child <= node || child >= tree.Nodes || hasParent[child]) throw new PickleException($"node {node} of {field.Path} has an invalid child, {child}");
                hasParent[child] = true;
            }
            if (tree.Feature[node] < 0 || tree.Feature[node] >= features) throw new PickleException($"node {node} of {field.Path} compares feature {tree.Feature[node]}; the model has {features}");
            if (double.IsNaN(tree.Threshold[node])) throw new PickleException($"node {node} of {field.Path} has no threshold");
        }
        return tree;
    }

    private static int[] Indices(NdArray column) => Array.ConvertAll(column.Integers(), index => index is >= int.MinValue and <= int.MaxValue ? (int)index : int.MinValue);

    private static bool[] Flags(NdArray column) => Array.ConvertAll(column.Integers(), flag => flag != 0);
}
