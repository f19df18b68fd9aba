namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>A leaf with its path and the attribution of its value to the features on the path.</summary>
internal sealed record LeafPath(TreePath Path, LeafWeight[] Weights, IPathAttributor Attributor)
{
    /// <summary>Returns the leaves of an ensemble.</summary>
    /// <param name="ensemble">The trees.</param>
    /// <param name="createAttributor">Creates the attributor of a path.</param>
    /// <returns>All leaves, by tree; the true side first.</returns>
    /// <exception cref="NotSupportedException">A path has more than <see cref="TreePath.MaxFeatures"/> features.</exception>
    public static LeafPath[] Of(TreeEnsemble ensemble, Func<TreePath, IPathAttributor> createAttributor)
    {
        var leaves = new List<LeafPath>();
        foreach (var tree in ensemble.Trees) Walk(tree, TreePath.Root);
        return [.. leaves];

        void Walk(TreeNode node, TreePath path)
        {
            if (node is TreeBranch branch)
            {
                var feature = ensemble.Splits[branch.Split].Feature;
                Walk(branch.WhenTrue, path.Extend(branch, feature, whenTrue: true));
                Walk(branch.WhenFalse, path.Extend(branch, feature, whenTrue: false));
                return;
            }
            leaves.Add(new LeafPath(path, ((TreeLeaf)node).Weights, createAttributor(path)));
        }
    }
}
