using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>The features of one revision.</summary>
/// <param name="Values">The model's input; float32, as the model was trained.</param>
/// <param name="Base">What they were made of, by name; null where nobody asked.</param>
internal sealed record FeatureVector(float[] Values, Dictionary<string, FeatureValue>? Base)
{
    public static FeatureVector Of(FeatureList features, FeatureSolution solution, bool showsBase)
        => new(
            [.. features.ValuesOf(solution).Select(value => (float)value)],
            showsBase ? features.BaseFeatures.ToDictionary(feature => feature.FullName, solution.Get, StringComparer.Ordinal) : null);
}
