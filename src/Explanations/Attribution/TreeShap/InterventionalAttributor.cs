using System.Numerics;

namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>Interventional TreeSHAP: unknown features take the values of each row of a background set, with equal weight.</summary>
/// <remarks>
/// For one background row, a coalition reaches the leaf if it contains all k features whose conditions only the explained row satisfies, and none of the b features whose conditions only the background row satisfies.
/// The Shapley values are (k-1)! b! / (k+b)! for the former and -k! (b-1)! / (k+b)! for the latter. Source: Lundberg et al. 2020, "Independent TreeSHAP".
/// </remarks>
internal sealed class InterventionalAttributor : IPathAttributor
{
    // Beta(p, q) = (p-1)! (q-1)! / (p+q-1)!, by [p][q].
    private static readonly double[][] Beta = BetaFunction(TreePath.MaxFeatures + 2);

    private readonly ulong _allPositions;
    private readonly ulong[] _patterns;
    private readonly double[] _shares;

    /// <param name="path">Path to a leaf.</param>
    /// <param name="background">By background row: the outcomes of all splits.</param>
    public InterventionalAttributor(TreePath path, IReadOnlyList<byte[]> background)
    {
        var counts = new Dictionary<ulong, int>();
        foreach (var outcomes in background)
        {
            var pattern = path.Satisfied(outcomes);
            counts[pattern] = counts.GetValueOrDefault(pattern) + 1;
        }
        _allPositions = path.AllPositions;
        _patterns = [.. counts.Keys];
        _shares = [.. counts.Values.Select(count => (double)count / background.Count)];
        Expectation = counts.GetValueOrDefault(_allPositions) / (double)background.Count;
    }

    public double Expectation { get; }

    public void Attribute(ulong satisfied, Span<double> attributions)
    {
        attributions[..BitOperations.PopCount(_allPositions)].Clear();
        for (var index = 0; index < _patterns.Length; index++)
        {
            if ((satisfied | _patterns[index]) != _allPositions) continue;
            var (required, excluded) = (satisfied & ~_patterns[index], _patterns[index] & ~satisfied);
            var (k, b) = (BitOperations.PopCount(required), BitOperations.PopCount(excluded));
            for (var places = required; places != 0; places &= places - 1) attributions[BitOperations.TrailingZeroCount(places)] += _shares[index] * Beta[k][b + 1];
            for (var places = excluded; places != 0; places &= places - 1) attributions[BitOperations.TrailingZeroCount(places)] -= _shares[index] * Beta[k + 1][b];
        }
    }

    public void Interact(ulong satisfied, Span<double> interactions)
    {
        var count = BitOperations.PopCount(_allPositions);
        interactions[..(count * count)].Clear();
        for (var index = 0; index < _patterns.Length; index++)
        {
            if ((satisfied | _patterns[index]) != _allPositions) continue;
            var (required, excluded) = (satisfied & ~_patterns[index], _patterns[index] & ~satisfied);
            var (k, b) = (BitOperations.PopCount(required), BitOperations.PopCount(excluded));
            for (var firsts = required | excluded; firsts != 0; firsts &= firsts - 1)
            {
                var first = BitOperations.TrailingZeroCount(firsts);
                for (var seconds = (required | excluded) & ~(1UL << first); seconds != 0; seconds &= seconds - 1)
                {
                    var second = BitOperations.TrailingZeroCount(seconds);
                    var among = (int)(required >> first & 1) + (int)(required >> second & 1);
                    var value = among switch { 2 => Beta[k - 1][b + 1], 1 => -Beta[k][b], _ => Beta[k + 1][b - 1] };
                    interactions[first * count + second] += _shares[index] * value / 2;
                }
            }
        }
    }

    private static double[][] BetaFunction(int size)
    {
        var beta = new double[size][];
        for (var p = 0; p < size; p++)
        {
            beta[p] = new double[size];
            for (var q = 1; q < size && p > 0; q++) beta[p][q] = p == 1 ? 1.0 / q : beta[p - 1][q] * (p - 1) / (p - 1 + q);
        }
        return beta;
    }
}
