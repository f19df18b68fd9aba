using InferenceServices.Explanations.Attribution;

namespace InferenceServices.Explanations.Tests.Attribution;

/// <summary>A game that is a function, and its Shapley values by their definition.</summary>
internal sealed class FunctionGame(int players, Func<bool[], double> play) : ICoalitionGame
{
    public int PlayerCount => players;

    public int CoalitionsPerCall => 64;

    public int Played { get; private set; }

    /// <summary>Called before each call with what was played before.</summary>
    public Action<int> BeforeCall { get; init; } = _ => { };

    public static FunctionGame Random(int players, int seed)
    {
        var random = new Random(seed);
        double[] alone = [.. Enumerable.Range(0, players).Select(_ => random.NextDouble() - 0.5)];
        (int First, int Second, int Third, double Value)[] together = [.. Enumerable.Range(0, 2 * players).Select(_ => (random.Next(players), random.Next(players), random.Next(players), random.NextDouble() - 0.5))];
        return new FunctionGame(players, coalition => 1 / (1 + Math.Exp(-(
            alone.Where((_, player) => coalition[player]).Sum() + together.Where(some => coalition[some.First] && coalition[some.Second] && !coalition[some.Third]).Sum(some => some.Value)))));
    }

    public ValueTask<double[]> PlayAsync(IReadOnlyList<bool[]> coalitions, CancellationToken cancellationToken)
    {
        BeforeCall(Played);
        cancellationToken.ThrowIfCancellationRequested();
        Played += coalitions.Count;
        return new([.. coalitions.Select(play)]);
    }

    /// <summary>The sum over all coalitions without a player of what the player adds, each weighted by s! (d-1-s)! / d!.</summary>
    public double[] ShapleyValues()
    {
        var scores = Enumerable.Range(0, 1 << players).Select(mask => play([.. Enumerable.Range(0, players).Select(player => (mask >> player & 1) != 0)])).ToArray();
        var weights = new double[players];
        for (var size = 0; size < players; size++)
        {
            weights[size] = 1.0 / players;
            for (var index = 1; index <= size; index++) weights[size] *= (double)index / (players - index);
        }
        var values = new double[players];
        for (var mask = 0; mask < scores.Length; mask++)
        {
            for (var player = 0; player < players; player++)
                if ((mask >> player & 1) == 0) values[player] += weights[System.Numerics.BitOperations.PopCount((uint)mask)] * (scores[mask | 1 << player] - scores[mask]);
        }
        return values;
    }
}
