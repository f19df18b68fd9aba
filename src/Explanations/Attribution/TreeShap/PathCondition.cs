namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>A condition of a path: the direction at a branch.</summary>
/// <param name="Split">Index of the split.</param>
/// <param name="WhenTrue">Whether the path continues on the true side.</param>
/// <param name="Position">Position of the feature on the path.</param>
internal readonly record struct PathCondition(int Split, bool WhenTrue, int Position)
{
    public byte Outcome { get; } = WhenTrue ? (byte)1 : (byte)0;
}
