using System.Text.Json.Serialization;

namespace InferenceServices.RevisionFeatures;

/// <summary>Value of a feature.</summary>
/// <param name="Value">The value; booleans are 0 or 1.</param>
/// <param name="Type">Type in JSON.</param>
[JsonConverter(typeof(FeatureValueConverter))]
public readonly record struct FeatureValue(double Value, FeatureType Type);
