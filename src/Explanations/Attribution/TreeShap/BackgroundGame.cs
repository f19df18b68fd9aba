using System.Numerics;

namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>Interventional: an unknown feature's values are those of the rows of a background set, one row after the other, all rows alike.</summary>
/// <remarks>
/// For one background row the leaf is reached by those coalitions that hold all features of which only the explained row satisfies the conditions, k, and none of which only the background row does, b.
/// Shapley values of that game: (k-1)! b! / (k+b)! for the first, -k! (b-1)! / (k+b)! for the second. Source: Lundberg et al. 2020, "Independent TreeSHAP".
/// </remarks>
internal sealed class BackgroundGame : IPathGame
{
    // Beta(p, q) = (p-1)! (q-1)! / (p+q-1)!, by [p][q].
    private static readonly double[][] Beta = BetaFunction(TreePath.MaxFeatures + 2);

    private readonly ulong _everything;
    private readonly ulong[] _patterns;
    private readonly double[] _shares;

    /// <param name="path">A leaf's.</param>
    /// <param name="background">By row: the outcomes of all splits.</param>
    public BackgroundGame(TreePath path, IReadOnlyList<byte[]> background)
    {
        var counts = new Dictionary<ulong, int>();
        foreach (var outcomes in background)
        {
            var pattern = path.Satisfied(outcomes);
            counts[pattern] = counts.GetValueOrDefault(pattern) + 1;
        }
        _everything = path.Everything;
        _patterns = [.. counts.Keys];
        _shares = [.. counts.Values.Select(count => (double)count / background.Count)];
        Expectation = counts.GetValueOrDefault(_everything) / (double)background.Count;
    }

    public double Expectation { get; }

    public void Attribute(ulong satisfied, Span<double> attributions)
    {
        attributions[..BitOperations.PopCount(_everything)].Clear();
        for (var index = 0; index < _patterns.Length; index++)
        {
            if ((satisfied | _patterns[index]) != _everything) continue;
            var (needed, hindering) = (satisfied & ~_patterns[index], _patterns[index] & ~satisfied);
            var (k, b) = (BitOperations.PopCount(needed), BitOperations.PopCount(hindering));
            for (var places = needed; places != 0; places &= places - 1) attributions[BitOperations.TrailingZeroCount(places)] += _shares[index] * Beta[k][b + 1];
            for (var places = hindering; places != 0; places &= places - 1) attributions[BitOperations.TrailingZeroCount(places)] -= _shares[index] * Beta[k + 1][b];
        }
    }

    public void Interact(ulong satisfied, Span<double> interactions)
    {
        var count = BitOperations.PopCount(_everything);
        interactions[..(count * count)].Clear();
        for (var index = 0; index < _patterns.Length; index++)
        {
            if ((satisfied | _patterns[index]) != _everything) continue;
            var (needed, hindering) = (satisfied & ~_patterns[index], _patterns[index] & ~satisfied);
            var (k, b) = (BitOperations.PopCount(needed), BitOperations.PopCount(hindering));
            for (var firsts = needed | hindering; firsts != 0; firsts &= firsts - 1)
            {
                var first = BitOperations.TrailingZeroCount(firsts);
                for (var seconds = (needed | hindering) & ~(1UL << first); seconds != 0; seconds &= seconds - 1)
                {
                    var second = BitOperations.TrailingZeroCount(seconds);
                    var among = (int)(needed >> first & 1) + (int)(needed >> second & 1);
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
