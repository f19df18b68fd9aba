namespace InferenceServices.Explanations.Answers;

/// <summary>Orders attributions.</summary>
internal static class Largest
{
    /// <param name="all">In any order.</param>
    /// <param name="count">So many are wanted; null: all.</param>
    /// <returns>The largest first, whatever their sign; what the others add up to, if there are any.</returns>
    public static (IReadOnlyList<FeatureAttribution> Attributions, double? Others) Of(IEnumerable<FeatureAttribution> all, int? count)
    {
        FeatureAttribution[] ordered = [.. all.OrderByDescending(attribution => Math.Abs(attribution.Attribution))];
        return count is { } wanted && wanted < ordered.Length ? (ordered[..wanted], ordered[wanted..].Sum(attribution => attribution.Attribution)) : (ordered, null);
    }
}
