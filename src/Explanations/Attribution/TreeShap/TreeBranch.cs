namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>A node with two ways on.</summary>
/// <param name="cover">See <see cref="TreeNode"/>.</param>
/// <param name="split">Index into <see cref="TreeEnsemble.Splits"/>.</param>
/// <param name="whenTrue">Where rows go for which the split is true.</param>
/// <param name="whenFalse">Where the others go.</param>
internal sealed class TreeBranch(double cover, int split, TreeNode whenTrue, TreeNode whenFalse) : TreeNode(cover)
{
    // Sums of FP32 that were made in another order.
    private const double CoverTolerance = 1e-3;

    public int Split { get; } = split;

    public TreeNode WhenTrue { get; } = whenTrue;

    public TreeNode WhenFalse { get; } = whenFalse;

    /// <summary>Whether covers are known here and beneath, and are those of rows that part: converters that know none often write 1 everywhere.</summary>
    public bool HasCovers
        => WhenTrue.Cover > 0 && WhenFalse.Cover > 0
            && Math.Abs(WhenTrue.Cover + WhenFalse.Cover - Cover) <= CoverTolerance * Cover
            && (WhenTrue as TreeBranch)?.HasCovers != false
            && (WhenFalse as TreeBranch)?.HasCovers != false;

    /// <summary>The part of the training rows that went this way; NaN: covers are not known.</summary>
    public double Share(bool whenTrue) => (whenTrue ? WhenTrue : WhenFalse).Cover / (WhenTrue.Cover + WhenFalse.Cover);
}
