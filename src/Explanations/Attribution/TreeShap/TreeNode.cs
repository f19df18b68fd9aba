namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>A <see cref="TreeBranch"/> or a <see cref="TreeLeaf"/>.</summary>
/// <param name="cover">The weight of the training rows that came through it; 0: not known.</param>
internal abstract class TreeNode(double cover)
{
    public double Cover { get; } = cover;
}
