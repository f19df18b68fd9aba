using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>Feature values of one revision.</summary>
/// <param name="Values">Model input, FP32 as in training.</param>
/// <param name="Base">Base feature values by name; null if not requested.</param>
internal sealed record FeatureVector(float[] Values, Dictionary<string, FeatureValue>? Base)
{
    public static FeatureVector Of(FeatureList features, FeatureSolution solution, bool showsBase)
        => new(
            [.. features.ValuesOf(solution).Select(value => (float)value)],
            showsBase ? features.BaseFeatures.ToDictionary(feature => feature.FullName, solution.Get, StringComparer.Ordinal) : null);
}
