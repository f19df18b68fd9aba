using InferenceServices.RevisionFeatures.Sources;

namespace InferenceServices.RevisionFeatures.Families;

/// <summary>The six features of a <see cref="CountDelta"/>.</summary>
internal sealed class DeltaFeatures
{
    /// <param name="prefix">Name before <c>_delta_sum</c> and <c>_prop_delta_sum</c>.</param>
    /// <param name="type">Type of the absolute sums; proportional sums are floats.</param>
    /// <param name="delta">Gets the change of a revision.</param>
    public DeltaFeatures(string prefix, FeatureType type, Func<RevisionSources, CountDelta> delta)
    {
        Sum = new($"{prefix}_delta_sum", type, sources => delta(sources).Sum);
        Increase = new($"{prefix}_delta_increase", type, sources => delta(sources).Increase);
        Decrease = new($"{prefix}_delta_decrease", type, sources => delta(sources).Decrease);
        PropSum = new($"{prefix}_prop_delta_sum", FeatureType.Float, sources => delta(sources).PropSum);
        PropIncrease = new($"{prefix}_prop_delta_increase", FeatureType.Float, sources => delta(sources).PropIncrease);
        PropDecrease = new($"{prefix}_prop_delta_decrease", FeatureType.Float, sources => delta(sources).PropDecrease);
    }

    public Feature Sum { get; }

    public Feature Increase { get; }

    public Feature Decrease { get; }

    public Feature PropSum { get; }

    public Feature PropIncrease { get; }

    public Feature PropDecrease { get; }

    /// <summary>All six, in the order of feature lists.</summary>
    public Feature[] All => [Sum, Increase, Decrease, PropSum, PropIncrease, PropDecrease];
}
