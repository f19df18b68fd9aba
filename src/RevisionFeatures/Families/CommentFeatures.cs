using System.Text.RegularExpressions;

namespace InferenceServices.RevisionFeatures.Families;

/// <summary>Features of the edit summary.</summary>
internal static partial class CommentFeatures
{
    private const int TimeoutMilliseconds = 1000;

    public static readonly Feature SuggestsSectionEdit = Matches("revision.comment.suggests_section_edit", SectionEdit());

    public static readonly Feature HasLink = Matches("revision.comment.has_link", Link());

    private static Feature Matches(string name, Regex pattern)
        => new(name, FeatureType.Bool, sources => pattern.IsMatch(sources.Input.Comment ?? "") ? 1 : 0);

    [GeneratedRegex(@"\A/\* [^\n]+ \*/", RegexOptions.CultureInvariant, TimeoutMilliseconds)]
    private static partial Regex SectionEdit();

    // The link starts in the first line and may continue in the next.
    [GeneratedRegex(@"\A[^\n]*?\[\[[^\]]+\]\]", RegexOptions.CultureInvariant, TimeoutMilliseconds)]
    private static partial Regex Link();
}
