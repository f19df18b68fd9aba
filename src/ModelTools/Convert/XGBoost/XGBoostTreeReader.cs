namespace InferenceServices.ModelTools.Convert.XGBoost;

/// <summary>Reads a tree as XGBoost lists it, by node and with nodes among them that were cut off when the tree was pruned.</summary>
internal static class XGBoostTreeReader
{
    private const int NoNode = -1;

    /// <param name="tree">An entry of <c>trees</c>.</param>
    /// <param name="output">Which sum it adds to.</param>
    /// <param name="features">How many features there are.</param>
    /// <exception cref="FormatException">It is damaged.</exception>
    /// <exception cref="NotSupportedException">It is of a kind that is not converted.</exception>
    public static XGBoostTree Read(JsonField tree, int output, int features)
    {
        if (tree["tree_param"].Find("size_leaf_vector")?.Count() > 1) throw new NotSupportedException("its leaves have several values; leaves with one are");
        if (tree.Find("split_type")?.Integers().Any(type => type != 0) == true)
            throw new NotSupportedException("it splits by categories; splits by numbers are. Train it with one feature for each category");
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

    /// <returns>Parents before their children.</returns>
    private static List<int> Reachable(XGBoostTree tree, int features)
    {
        var reached = new bool[tree.Left.Length];
        var order = new List<int>(reached.Length);
        var open = new Stack<int>([0]);
        while (open.TryPop(out var node))
        {
            if (node < 0 || node >= reached.Length) throw new FormatException("a tree has a child that there is not");
            // Were it let pass, a short list could stand for more nodes than there is memory for.
            if (reached[node]) throw new FormatException("a tree has a node with two parents");
            reached[node] = true;
            order.Add(node);
            if (tree.IsLeaf(node)) continue;
            if (tree.Feature[node] < 0 || tree.Feature[node] >= features) throw new FormatException("a tree compares a feature that there is not");
            open.Push(tree.Right[node]);
            open.Push(tree.Left[node]);
        }
        return order;
    }

    // ONNX Runtime wants numbers without gaps.
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
