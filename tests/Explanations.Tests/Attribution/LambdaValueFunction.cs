using InferenceServices.Explanations.Attribution;

namespace InferenceServices.Explanations.Tests.Attribution;

/// <summary>A value function from a lambda, and its Shapley values by definition.</summary>
internal sealed class LambdaValueFunction(int features, Func<bool[], double> evaluate) : IValueFunction
{
    public int FeatureCount => features;

    public int CoalitionsPerCall => 64;

    public int Evaluated { get; private set; }

    /// <summary>Called before each evaluation with the number of previous evaluations.</summary>
    public Action<int> BeforeCall { get; init; } = _ => { };

    public static LambdaValueFunction Random(int features, int seed)
    {
        var random = new Random(seed);
        double[] alone = [.. Enumerable.Range(0, features).Select(_ => random.NextDouble() - 0.5)];
        (int First, int Second, int Third, double Value)[] together = [.. Enumerable.Range(0, 2 * features).Select(_ => (random.Next(features), random.Next(features), random.Next(features), random.NextDouble() - 0.5))];
        return new LambdaValueFunction(features, coalition => 1 / (1 + Math.Exp(-(
            alone.Where((_, feature) => coalition[feature]).Sum() + together.Where(some => coalition[some.First] && coalition[some.Second] && !coalition[some.Third]).Sum(some => some.Value)))));
    }

    public ValueTask<double[]> EvaluateAsync(IReadOnlyList<bool[]> coalitions, CancellationToken cancellationToken)
    {
        BeforeCall(Evaluated);
        cancellationToken.ThrowIfCancellationRequested();
        Evaluated += coalitions.Count;
        return new([.. coalitions.Select(evaluate)]);
    }

    /// <summary>Returns the sum over all coalitions without a feature of the contribution of the feature, weighted by s! (d-1-s)! / d!.</summary>
    public double[] ShapleyValues()
    {
        var scores = Enumerable.Range(0, 1 << features).Select(mask => evaluate([.. Enumerable.Range(0, features).Select(feature => (mask >> feature & 1) != 0)])).ToArray();
        var weights = new double[features];
        for (var size = 0; size < features; size++)
        {
            weights[size] = 1.0 / features;
            for (var index = 1; index <= size; index++) weights[size] *= (double)index / (features - index);
        }
        var values = new double[features];
        for (var mask = 0; mask < scores.Length; mask++)
        {
            for (var feature = 0; feature < features; feature++)
                if ((mask >> feature & 1) == 0) values[feature] += weights[System.Numerics.BitOperations.PopCount((uint)mask)] * (scores[mask | 1 << feature] - scores[mask]);
        }
        return values;
    }
}
