namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>What a branch asks of a row. Many branches ask the same.</summary>
/// <param name="Feature">From 0.</param>
/// <param name="Mode">How it is compared.</param>
/// <param name="Threshold">What it is compared with.</param>
/// <param name="MissingTracksTrue">Whether NaN, too, goes the true way. NaN is not equal to anything, and so goes the true way of <see cref="BranchMode.NotEqual"/> in any case.</param>
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
