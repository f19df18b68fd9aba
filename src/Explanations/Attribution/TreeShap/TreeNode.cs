namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>A <see cref="TreeBranch"/> or a <see cref="TreeLeaf"/>.</summary>
/// <param name="cover">Weight of the training rows that reached the node; 0: unknown.</param>
internal abstract class TreeNode(double cover)
{
    public double Cover { get; } = cover;
}
