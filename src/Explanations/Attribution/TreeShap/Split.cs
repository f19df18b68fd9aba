namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>The test of a branch. Many branches share a split.</summary>
/// <param name="Feature">Zero-based index of the feature.</param>
/// <param name="Mode">Comparison.</param>
/// <param name="Threshold">Value to compare with.</param>
/// <param name="MissingTracksTrue">Whether NaN goes to the true side. NaN differs from every value, so <see cref="BranchMode.NotEqual"/> is true for NaN in any case.</param>
internal readonly record struct Split(int Feature, BranchMode Mode, double Threshold, bool MissingTracksTrue)
{
    public bool IsTrue(double value) => Holds(value) || (MissingTracksTrue && double.IsNaN(value));

    private bool Holds(double value) => Mode switch
    {
        BranchMode.LessOrEqual => value <= Threshold,
        BranchMode.Less => value < Threshold,
        BranchMode.GreaterOrEqual => value >= Threshold,
        BranchMode.Greater => value > Threshold,
        BranchMode.Equal => value == Threshold,
        _ => value != Threshold,
    };
}
