namespace InferenceServices.Explanations.Answers;

/// <summary>Selects the largest attributions.</summary>
internal static class TopK
{
    /// <summary>Selects the largest attributions by absolute value.</summary>
    /// <param name="all">Attributions in any order.</param>
    /// <param name="count">Number of attributions to return; null: all.</param>
    /// <returns>The attributions in descending order of absolute value, and the sum of the others, if any.</returns>
    public static (IReadOnlyList<FeatureAttribution> Attributions, double? Others) Select(IEnumerable<FeatureAttribution> all, int? count)
    {
        FeatureAttribution[] ordered = [.. all.OrderByDescending(attribution => Math.Abs(attribution.Attribution))];
        return count is { } limit && limit < ordered.Length ? (ordered[..limit], ordered[limit..].Sum(attribution => attribution.Attribution)) : (ordered, null);
    }
}
