using System.Text.Json.Serialization;

namespace InferenceServices.RevisionFeatures;

/// <summary>A feature's value.</summary>
/// <param name="Value">Bools are 0 or 1.</param>
/// <param name="Type">How JSON has it.</param>
[JsonConverter(typeof(FeatureValueConverter))]
public readonly record struct FeatureValue(double Value, FeatureType Type);
