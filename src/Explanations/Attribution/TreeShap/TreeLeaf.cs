namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>Where a row ends in a tree.</summary>
/// <param name="cover">See <see cref="TreeNode"/>.</param>
/// <param name="weights">What it adds, and to which outputs.</param>
internal sealed class TreeLeaf(double cover, LeafWeight[] weights) : TreeNode(cover)
{
    public LeafWeight[] Weights { get; } = weights;
}
