namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>A leaf, the way to it, and how what it adds is shared.</summary>
internal sealed record LeafGame(TreePath Path, LeafWeight[] Weights, IPathGame Game)
{
    /// <param name="ensemble">Its trees.</param>
    /// <param name="play">The game of a path.</param>
    /// <returns>All leaves, tree by tree; what is on the true side comes first.</returns>
    /// <exception cref="NotSupportedException">A path with more than <see cref="TreePath.MaxFeatures"/> features.</exception>
    public static LeafGame[] Of(TreeEnsemble ensemble, Func<TreePath, IPathGame> play)
    {
        var leaves = new List<LeafGame>();
        foreach (var tree in ensemble.Trees) Walk(tree, TreePath.Root);
        return [.. leaves];

        void Walk(TreeNode node, TreePath path)
        {
            if (node is TreeBranch branch)
            {
                var feature = ensemble.Splits[branch.Split].Feature;
                Walk(branch.WhenTrue, path.Step(branch, feature, whenTrue: true));
                Walk(branch.WhenFalse, path.Step(branch, feature, whenTrue: false));
                return;
            }
            leaves.Add(new LeafGame(path, ((TreeLeaf)node).Weights, play(path)));
        }
    }
}
