namespace InferenceServices.Explanations.Tests.Attribution.TreeShap;

/// <summary>A tree for tests, independent of the code under test, with a straightforward traversal.</summary>
internal sealed class GrownTree
{
    public string Mode { get; init; } = "LEAF";

    public int Feature { get; init; }

    public float Threshold { get; init; }

    public bool MissingTracksTrue { get; init; }

    public required float Cover { get; init; }

    public GrownTree? WhenTrue { get; init; }

    public GrownTree? WhenFalse { get; init; }

    /// <summary>The weights of a leaf, by output.</summary>
    public (int Output, float Value)[] Weights { get; init; } = [];

    public static GrownTree Leaf(float cover, float value, int output = 0) => new() { Cover = cover, Weights = [(output, value)] };

    public static GrownTree Branch(int feature, float threshold, GrownTree whenTrue, GrownTree whenFalse, string mode = "BRANCH_LEQ", bool missingTracksTrue = false)
        => new()
        {
            Mode = mode,
            Feature = feature,
            Threshold = threshold,
            MissingTracksTrue = missingTracksTrue,
            Cover = whenTrue.Cover + whenFalse.Cover,
            WhenTrue = whenTrue,
            WhenFalse = whenFalse,
        };

    public GrownTree Next(ReadOnlySpan<float> row)
    {
        var value = row[Feature];
        var isTrue = Mode switch
        {
            "BRANCH_LEQ" => value <= Threshold,
            "BRANCH_LT" => value < Threshold,
            "BRANCH_GTE" => value >= Threshold,
            "BRANCH_GT" => value > Threshold,
            "BRANCH_EQ" => value == Threshold,
            "BRANCH_NEQ" => value != Threshold,
            _ => throw new InvalidOperationException(Mode),
        };
        return (isTrue || (MissingTracksTrue && float.IsNaN(value)) ? WhenTrue : WhenFalse)!;
    }
}
