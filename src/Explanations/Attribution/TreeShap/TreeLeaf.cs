namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>A leaf.</summary>
/// <param name="cover">See <see cref="TreeNode"/>.</param>
/// <param name="weights">Values that the leaf adds, and their outputs.</param>
internal sealed class TreeLeaf(double cover, LeafWeight[] weights) : TreeNode(cover)
{
    public LeafWeight[] Weights { get; } = weights;
}
