namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>An inner node with two children.</summary>
/// <param name="cover">See <see cref="TreeNode"/>.</param>
/// <param name="split">Index into <see cref="TreeEnsemble.Splits"/>.</param>
/// <param name="whenTrue">Child for rows for which the split is true.</param>
/// <param name="whenFalse">Child for other rows.</param>
internal sealed class TreeBranch(double cover, int split, TreeNode whenTrue, TreeNode whenFalse) : TreeNode(cover)
{
    // Tolerance for FP32 sums in a different order.
    private const double CoverTolerance = 1e-3;

    public int Split { get; } = split;

    public TreeNode WhenTrue { get; } = whenTrue;

    public TreeNode WhenFalse { get; } = whenFalse;

    /// <summary>Whether covers are known in the subtree and consistent. Converters without covers often write 1 for every node.</summary>
    public bool HasCovers
        => WhenTrue.Cover > 0 && WhenFalse.Cover > 0
            && Math.Abs(WhenTrue.Cover + WhenFalse.Cover - Cover) <= CoverTolerance * Cover
            && (WhenTrue as TreeBranch)?.HasCovers != false
            && (WhenFalse as TreeBranch)?.HasCovers != false;

    /// <summary>Returns the fraction of training rows that went to a child; NaN when covers are unknown.</summary>
    public double Share(bool whenTrue) => (whenTrue ? WhenTrue : WhenFalse).Cover / (WhenTrue.Cover + WhenFalse.Cover);
}
