namespace InferenceServices.RevisionFeatures;

internal static class FeatureNames
{
    /// <summary>Prefix of feature names in revscoring.</summary>
    public const string Prefix = "feature.";
}
