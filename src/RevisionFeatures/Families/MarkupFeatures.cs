using InferenceServices.Wikitext.Languages;
using InferenceServices.Wikitext.Parsing;

namespace InferenceServices.RevisionFeatures.Families;

/// <summary>Counts of templates, links and tags whose names or sources match an expression; case-insensitive. An expression matches at the start.</summary>
internal static class MarkupFeatures
{
    /// <summary>Number of templates by name, as written including spaces.</summary>
    public static Feature Templates(string name, string expression) => Names(name, WikitextNodeKind.Template, expression);

    /// <summary>Number of links to pages of the wiki by title, as written including spaces.</summary>
    public static Feature Links(string name, string expression) => Names(name, WikitextNodeKind.Wikilink, expression);

    /// <summary>Number of matches inside of templates. A nested template is part of the outer source and has its own source: it counts twice.</summary>
    /// <param name="name">Name of the feature.</param>
    /// <param name="start">Expression of the start of a template, including its braces.</param>
    /// <param name="expression">Expression of what is counted.</param>
    public static Feature InTemplates(string name, string start, string expression) => Inside(name, WikitextNodeKind.Template, start, expression);

    /// <summary>Number of matches inside of tags.</summary>
    /// <param name="name">Name of the feature.</param>
    /// <param name="start">Expression of the start of a tag, including the bracket.</param>
    /// <param name="expression">Expression of what is counted.</param>
    public static Feature InTags(string name, string start, string expression) => Inside(name, WikitextNodeKind.Tag, start, expression);

    /// <summary>Total length of paragraphs without a plain ref tag.</summary>
    public static Feature ParagraphsWithoutRefs(string wiki)
        => new($"{wiki}.revision.paragraphs_without_refs_total_length", FeatureType.Float, sources => Sources.ParagraphsWithoutRefs.LengthOf(sources.Revision.Tokens));

    private static Feature Names(string name, WikitextNodeKind kind, string expression)
    {
        var pattern = new TextPattern(expression);
        return new(name, FeatureType.Float, sources => sources.Revision.Document.Of(kind).Count(node => pattern.Starts(node.Name)));
    }

    private static Feature Inside(string name, WikitextNodeKind kind, string start, string expression)
    {
        var (starts, pattern) = (new TextPattern(start), new TextPattern(expression));
        return new(name, FeatureType.Int, sources => sources.Revision.Document.Of(kind).Where(node => starts.Starts(node.Source)).Sum(node => pattern.CountIn(node.Source)));
    }
}
