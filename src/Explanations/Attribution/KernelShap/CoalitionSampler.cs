namespace InferenceServices.Explanations.Attribution.KernelShap;

/// <summary>Coalitions to evaluate, each together with its complement.</summary>
/// <param name="Pairs">Random order, so that any prefix is an unbiased sample.</param>
/// <param name="IsExhaustive">Whether the pairs contain all coalitions except the empty and the full coalition.</param>
internal sealed record CoalitionSampler(IEnumerable<(bool[] Coalition, double Weight)> Pairs, bool IsExhaustive)
{
    /// <summary>Returns all coalitions with their kernel weights.</summary>
    public static CoalitionSampler Enumerate(int features, Random random)
    {
        // Exactly one coalition of each pair contains the first feature.
        var masks = new uint[(1 << (features - 1)) - 1];
        for (var index = 0; index < masks.Length; index++) masks[index] = ((uint)index << 1) | 1;
        random.Shuffle(masks);
        return new CoalitionSampler(masks.Select(mask => (Of(mask, features), Weight(features, System.Numerics.BitOperations.PopCount(mask)))), IsExhaustive: true);
    }

    /// <summary>Samples coalitions with probabilities proportional to their kernel weights; each sample has weight 1.</summary>
    public static CoalitionSampler Sample(int features, int pairs, Random random)
    {
        // Total weight of all coalitions of size s: (d-1) / (s (d-s)).
        var bySize = new double[features];
        for (var size = 1; size < features; size++) bySize[size] = bySize[size - 1] + 1.0 / size / (features - size);
        return new CoalitionSampler(Enumerable.Range(0, pairs).Select(_ => (Draw(features, bySize, random), 1.0)), IsExhaustive: false);
    }

    public static bool[] Complement(bool[] coalition) => Array.ConvertAll(coalition, feature => !feature);

    private static bool[] Draw(int features, double[] bySize, Random random)
    {
        var at = random.NextDouble() * bySize[^1];
        var size = 1;
        while (bySize[size] < at) size++;
        var coalition = new bool[features];
        Array.Fill(coalition, true, 0, size);
        random.Shuffle(coalition);
        return coalition;
    }

    private static bool[] Of(uint mask, int features)
    {
        var coalition = new bool[features];
        for (var feature = 0; feature < features; feature++) coalition[feature] = (mask >> feature & 1) != 0;
        return coalition;
    }

    private static double Weight(int features, int size)
    {
        var coalitions = 1.0;
        for (var index = 1; index <= size; index++) coalitions = coalitions * (features - size + index) / index;
        return (features - 1) / (coalitions * size * (features - size));
    }
}
