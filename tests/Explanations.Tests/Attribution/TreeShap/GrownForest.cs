namespace InferenceServices.Explanations.Tests.Attribution.TreeShap;

/// <summary>Random trees, determined by a seed. Thresholds and values come from a small grid, so that they are often equal.</summary>
internal sealed record GrownForest(int Features, int Outputs, IReadOnlyList<GrownTree> Trees)
{
    public static readonly string[] Modes = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"];

    public float[] BaseValues { get; init; } = [];

    public string AggregateFunction { get; init; } = "SUM";

    public static GrownForest Grow(Random random, int features, int outputs, int trees, int depth, string[]? modes = null, int weights = 1)
        => new(features, outputs, [.. Enumerable.Range(0, trees).Select(_ => Grow(random, features, outputs, depth, modes ?? Modes, weights, isRoot: true))])
        {
            BaseValues = [.. Enumerable.Range(0, outputs).Select(_ => random.NextSingle())],
        };

    public static float Value(Random random) => random.Next(8) switch { 0 => float.NaN, var step => (step - 4) / 2f };

    public float[] Row(Random random) => [.. Enumerable.Range(0, Features).Select(_ => Value(random))];

    private static GrownTree Grow(Random random, int features, int outputs, int depth, string[] modes, int weights, bool isRoot)
    {
        if (depth == 0 || (!isRoot && random.Next(5) == 0))
        {
            return new GrownTree
            {
                Cover = 1 + random.Next(20),
                Weights = [.. Enumerable.Range(0, outputs).OrderBy(_ => random.Next()).Take(weights).Select(output => (output, random.NextSingle() * 2 - 1))],
            };
        }
        var threshold = Value(random);
        return GrownTree.Branch(
            random.Next(features), float.IsNaN(threshold) ? 0.25f : threshold,
            Grow(random, features, outputs, depth - 1, modes, weights, isRoot: false),
            Grow(random, features, outputs, depth - 1, modes, weights, isRoot: false),
            modes[random.Next(modes.Length)], random.Next(2) == 0);
    }
}
