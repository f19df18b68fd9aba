using System.Text.RegularExpressions;

namespace InferenceServices.RevisionFeatures;

internal static partial class FeatureNames
{
    /// <summary>Prefix of feature names in revscoring.</summary>
    public const string Prefix = "feature.";

    /// <summary>Returns a name with the members of sets in order: Python writes <c>{'bot', 'sysop'}</c> in an order that differs between processes.</summary>
    public static string Normalize(string name)
        => name.Contains('{', StringComparison.Ordinal) ? SetLiteral().Replace(name, set => $"{{{string.Join(", ", set.Groups[1].Value.Split(", ").Order(StringComparer.Ordinal))}}}") : name;

    [GeneratedRegex(@"\{('[^'{}]*'(?:, '[^'{}]*')+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex SetLiteral();
}
