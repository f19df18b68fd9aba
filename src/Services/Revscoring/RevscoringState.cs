using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>State of a request between preprocessing and postprocessing.</summary>
/// <param name="Query">The request.</param>
/// <param name="Features">Base feature values to return; null: none.</param>
internal sealed record RevscoringState(RevscoringQuery Query, Dictionary<string, FeatureValue>? Features);
