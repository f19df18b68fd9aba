namespace InferenceServices.Explanations.Attribution.KernelShap;

/// <summary>Coalitions to play, each standing for itself and its complement.</summary>
/// <param name="Pairs">In the order to be played: what is left out at the end is left out by chance.</param>
/// <param name="AreAll">Whether every coalition is among them, except that of nobody and that of all.</param>
internal sealed record CoalitionDraws(IEnumerable<(bool[] Coalition, double Weight)> Pairs, bool AreAll)
{
    /// <summary>All of them, each with its weight in the regression.</summary>
    public static CoalitionDraws All(int players, Random random)
    {
        // The first player is in one of each pair.
        var masks = new uint[(1 << (players - 1)) - 1];
        for (var index = 0; index < masks.Length; index++) masks[index] = ((uint)index << 1) | 1;
        random.Shuffle(masks);
        return new CoalitionDraws(masks.Select(mask => (Of(mask, players), Weight(players, System.Numerics.BitOperations.PopCount(mask)))), AreAll: true);
    }

    /// <summary>Drawn as often as their weights say, so that all count alike.</summary>
    public static CoalitionDraws Sample(int players, int pairs, Random random)
    {
        // Of all coalitions of a size together: (d-1) / (s (d-s)).
        var bySize = new double[players];
        for (var size = 1; size < players; size++) bySize[size] = bySize[size - 1] + 1.0 / size / (players - size);
        return new CoalitionDraws(Enumerable.Range(0, pairs).Select(_ => (Draw(players, bySize, random), 1.0)), AreAll: false);
    }

    public static bool[] Complement(bool[] coalition) => Array.ConvertAll(coalition, player => !player);

    private static bool[] Draw(int players, double[] bySize, Random random)
    {
        var at = random.NextDouble() * bySize[^1];
        var size = 1;
        while (bySize[size] < at) size++;
        var coalition = new bool[players];
        Array.Fill(coalition, true, 0, size);
        random.Shuffle(coalition);
        return coalition;
    }

    private static bool[] Of(uint mask, int players)
    {
        var coalition = new bool[players];
        for (var player = 0; player < players; player++) coalition[player] = (mask >> player & 1) != 0;
        return coalition;
    }

    private static double Weight(int players, int size)
    {
        var coalitions = 1.0;
        for (var index = 1; index <= size; index++) coalitions = coalitions * (players - size + index) / index;
        return (players - 1) / (coalitions * size * (players - size));
    }
}
