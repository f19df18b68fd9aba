namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>Reads a tree. XGBoost lists properties by node, including nodes removed by pruning.</summary>
internal static class XGBoostTreeReader
{
    private const int NoNode = -1;

    /// <param name="tree">An entry of <c>trees</c>.</param>
    /// <param name="output">Index of the output that the tree adds to.</param>
    /// <param name="features">Number of features.</param>
    /// <exception cref="FormatException">The booster or tree is corrupt.</exception>
    /// <exception cref="NotSupportedException">The booster or tree is of an unsupported kind.</exception>
    public static XGBoostTree Read(JsonField tree, int output, int features)
    {
        if (tree["tree_param"].Find("size_leaf_vector")?.Count() > 1) throw new NotSupportedException("its leaves have several values; only one is supported");
        if (tree.Find("split_type")?.Integers().Any(type => type != 0) == true)
            throw new NotSupportedException("it has categorical splits, which are not supported; train it with one feature for each category");
        var listed = new XGBoostTree(
            output,
            tree["left_children"].Integers(),
            tree["right_children"].Integers(),
            tree["split_indices"].Integers(),
            tree["split_conditions"].Singles(),
            tree["default_left"].Flags(),
            tree["sum_hessian"].Singles());
        var nodes = listed.Left.Length;
        if (nodes == 0 || new[] { listed.Right.Length, listed.Feature.Length, listed.Threshold.Length, listed.DefaultLeft.Length, listed.Cover.Length }.Any(length => length != nodes))
            throw new FormatException("a tree has lists of different lengths, or empty ones");
        return Renumber(listed, Reachable(listed, features));
    }

    /// <returns>Reachable nodes, parents before their children.</returns>
    private static List<int> Reachable(XGBoostTree tree, int features)
    {
        var reached = new bool[tree.Left.Length];
        var order = new List<int>(reached.Length);
        var open = new Stack<int>([0]);
        while (open.TryPop(out var node))
        {
            if (node < 0 || node >= reached.Length) throw new FormatException("a tree has a missing child");
            // Otherwise a short list could expand to more nodes than memory can hold.
            if (reached[node]) throw new FormatException("a tree has a node with two parents");
            reached[node] = true;
            order.Add(node);
            if (tree.IsLeaf(node)) continue;
            if (tree.Feature[node] < 0 || tree.Feature[node] >= features) throw new FormatException("a tree compares an unknown feature");
            open.Push(tree.Right[node]);
            open.Push(tree.Left[node]);
        }
        return order;
    }

    // ONNX Runtime requires consecutive node ids.
    private static XGBoostTree Renumber(XGBoostTree tree, List<int> order)
    {
        var places = new int[tree.Left.Length];
        for (var place = 0; place < order.Count; place++) places[order[place]] = place;
        return new(
            tree.Output,
            [.. order.Select(node => tree.IsLeaf(node) ? NoNode : places[tree.Left[node]])],
            [.. order.Select(node => tree.IsLeaf(node) ? NoNode : places[tree.Right[node]])],
            [.. order.Select(node => tree.IsLeaf(node) ? 0 : tree.Feature[node])],
            [.. order.Select(node => tree.Threshold[node])],
            [.. order.Select(node => !tree.IsLeaf(node) && tree.DefaultLeft[node])],
            [.. order.Select(node => tree.Cover[node])]);
    }
}
