namespace InferenceServices.RevisionFeatures;

internal static class FeatureNames
{
    /// <summary>What revscoring puts before the name of a feature.</summary>
    public const string Prefix = "feature.";
}
