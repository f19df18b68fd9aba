using InferenceServices.Contracts.Serving;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>Name and unit of a feature in explanations.</summary>
internal static class FeatureColumn
{
    // Units by part of the feature name; specific parts first.
    private static readonly (string Part, string Unit)[] Units =
    [
        ("log(", "log"), ("_prop_", "sum of proportions"), ("seconds", "seconds"), (" / ", "ratio"), ("longest_repeated_char", "characters"), ("longest_token", "characters"),
        ("chars", "characters"), ("words", "words"), ("tokens", "tokens"), ("tokenized", "tokens"), ("_added", "added"), ("_removed", "removed"),
    ];

    public static TabularFeature Of(Feature feature) => new(feature.FullName, UnitOf(feature), feature.Type != FeatureType.Float);

    private static string UnitOf(Feature feature)
        => feature.Type == FeatureType.Bool ? TabularFeature.YesOrNo : Units.FirstOrDefault(unit => feature.FullName.Contains(unit.Part, StringComparison.Ordinal)).Unit ?? "";
}
