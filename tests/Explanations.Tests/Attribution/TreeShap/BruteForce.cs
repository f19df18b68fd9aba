using System.Numerics;

namespace InferenceServices.Explanations.Tests.Attribution.TreeShap;

/// <summary>Shapley values by definition: every coalition of features is evaluated.</summary>
internal sealed class BruteForce
{
    private readonly int _features;
    private readonly double[] _worth;

    private BruteForce(int features, Func<int, double> worth)
    {
        _features = features;
        _worth = [.. Enumerable.Range(0, 1 << features).Select(worth)];
    }

    public double Bias => _worth[0];

    public double Margin => _worth[^1];

    /// <summary>At a branch of an unknown feature, both children are weighted by their training rows.</summary>
    public static BruteForce PathDependent(GrownForest forest, int output, float[] row)
        => new(forest.Features, coalition => Sum(forest, output, tree => Expect(tree, output, row, coalition)));

    /// <summary>Unknown features take the values of each background row.</summary>
    public static BruteForce Interventional(GrownForest forest, int output, float[] row, IReadOnlyList<float[]> background)
        => new(forest.Features, coalition => background.Average(other =>
        {
            var mixed = row.Select((value, feature) => (coalition >> feature & 1) != 0 ? value : other[feature]).ToArray();
            return Sum(forest, output, tree => Expect(tree, output, mixed, coalition: -1));
        }));

    public double Attribution(int feature)
    {
        var sum = 0.0;
        for (var coalition = 0; coalition < _worth.Length; coalition++)
            if ((coalition >> feature & 1) == 0) sum += Weight(BitOperations.PopCount((uint)coalition), _features) * (_worth[coalition | 1 << feature] - _worth[coalition]);
        return sum;
    }

    /// <summary>For a pair: half of its interaction. For a feature with itself: the main effect.</summary>
    public double Interaction(int first, int second)
    {
        if (first == second) return Attribution(first) - Enumerable.Range(0, _features).Where(other => other != first).Sum(other => Interaction(first, other));
        var (firstBit, secondBit) = (1 << first, 1 << second);
        var sum = 0.0;
        for (var coalition = 0; coalition < _worth.Length; coalition++)
        {
            if ((coalition & (firstBit | secondBit)) != 0) continue;
            sum += Weight(BitOperations.PopCount((uint)coalition), _features - 1) / 2
                * (_worth[coalition | firstBit | secondBit] - _worth[coalition | firstBit] - _worth[coalition | secondBit] + _worth[coalition]);
        }
        return sum;
    }

    private static double Sum(GrownForest forest, int output, Func<GrownTree, double> value)
        => (forest.BaseValues.Length > output ? forest.BaseValues[output] : 0)
            + (forest.Trees.Sum(value) / (forest.AggregateFunction == "AVERAGE" ? forest.Trees.Count : 1));

    private static double Expect(GrownTree tree, int output, float[] row, int coalition)
    {
        if (tree is not { WhenTrue: { } whenTrue, WhenFalse: { } whenFalse }) return tree.Weights.Where(weight => weight.Output == output).Sum(weight => (double)weight.Value);
        if ((coalition >> tree.Feature & 1) != 0) return Expect(tree.Next(row), output, row, coalition);
        return (whenTrue.Cover * Expect(whenTrue, output, row, coalition) + whenFalse.Cover * Expect(whenFalse, output, row, coalition)) / ((double)whenTrue.Cover + whenFalse.Cover);
    }

    // s! (n - 1 - s)! / n!
    private static double Weight(int size, int features)
    {
        var weight = 1.0 / features;
        for (var step = 1; step <= size; step++) weight *= (double)step / (features - step);
        return weight;
    }
}
