namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>Which way a path goes at a branch.</summary>
/// <param name="Split">What the branch asks.</param>
/// <param name="WhenTrue">Whether the path goes on where it is true.</param>
/// <param name="Place">Of the feature on the path.</param>
internal readonly record struct PathCondition(int Split, bool WhenTrue, int Place)
{
    public byte Outcome { get; } = WhenTrue ? (byte)1 : (byte)0;
}
