namespace InferenceServices.ModelTools.Tune;

/// <summary>Trials of settings beside trials of the current settings.</summary>
/// <param name="objective">What the settings are chosen for.</param>
/// <param name="pairs">Results that were measured one after the other; one pair or more.</param>
internal sealed class TuneComparison(TuneObjective objective, IReadOnlyList<(LoadResult Current, LoadResult Result)> pairs)
{
    // Smaller differences are of no use.
    private const double MinGain = 1.05;

    private readonly (LoadResult Current, LoadResult Result)[] _pairs = [.. pairs.OrderBy(pair => Gain(pair, objective))];

    /// <summary>Gets the pair with the median of the gains.</summary>
    public (LoadResult Current, LoadResult Result) Median => _pairs[_pairs.Length / 2];

    /// <summary>Gets how many times better the settings are than the current ones: the median of the pairs.</summary>
    public double MedianGain => Gain(Median, objective);

    /// <summary>Gets whether the settings are better: by 5 % in the median, and in every pair. Otherwise the difference may be noise.</summary>
    public bool IsBetter => MedianGain >= MinGain && Gain(_pairs[0], objective) > 1;

    private static double Gain((LoadResult Current, LoadResult Result) pair, TuneObjective objective)
        => pair.Result.Score(objective) / pair.Current.Score(objective);
}
