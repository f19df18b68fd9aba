using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>What is known of a request between its two halves.</summary>
/// <param name="Query">What was asked.</param>
/// <param name="Features">What the answer shows; null: none.</param>
internal sealed record RevscoringState(RevscoringQuery Query, Dictionary<string, FeatureValue>? Features);
