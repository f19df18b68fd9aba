using System.Text.RegularExpressions;
using InferenceServices.RevisionFeatures.Sources;
using InferenceServices.Wikitext.Parsing;

namespace InferenceServices.RevisionFeatures.Families;

/// <summary>Features of templates, images and categories of English Wikipedia.</summary>
/// <remarks>Compares prefixes of untrimmed names, case-insensitive, like revscoring's expressions.</remarks>
internal static partial class EnwikiFeatures
{
    private const int TimeoutMilliseconds = 1000;

    public static readonly Feature ImageLinks = Links("enwiki.revision.image_links", "file", "image:");

    public static readonly Feature CategoryLinks = Links("enwiki.revision.category_links", "category:");

    public static readonly Feature ImageTemplates = Templates(
        "enwiki.revision.image_template", "wide image", "tall image", "scalable image", "panorama");

    public static readonly Feature ImagesInTemplates = Inside(
        "enwiki.revision.images_in_templates",
        WikitextNodeKind.Template,
        ImageNames(),
        "{{multiple image", "{{image array", "{{gallery", "{{photomontage");

    public static readonly Feature ImagesInTags = Inside(
        "enwiki.revision.images_in_tags", WikitextNodeKind.Tag, ImageNames(), "<gallery", "<imagemap");

    public static readonly Feature InfoboxImages = Inside(
        "enwiki.infobox_images", WikitextNodeKind.Template, FileExtensions(), "{{infobox");

    public static readonly Feature ShortenedFootnoteTemplates = Templates(
        "enwiki.revision.shortened_footnote_templates", "shortened footnote template", "sfn");

    public static readonly Feature CiteTemplates = Templates("enwiki.revision.cite_templates", "cite", "harv");

    public static readonly Feature InfoboxTemplates = Templates("enwiki.revision.infobox_templates", "infobox");

    public static readonly Feature CitationNeededTemplates = Templates(
        "enwiki.revision.cn_templates", "citation needed", "citation_needed", "cn", "fact");

    public static readonly Feature WhoTemplates = Templates("enwiki.revision.who_templates", "who");

    public static readonly Feature MainArticleTemplates = Templates("enwiki.main_article_templates", "main");

    /// <summary>Total length of paragraphs without a plain ref tag.</summary>
    public static readonly Feature ParagraphsWithoutRefsLength = Float(
        "enwiki.revision.paragraphs_without_refs_total_length", text => ParagraphsWithoutRefs.LengthOf(text.Tokens));

    private static Feature Float(string name, Func<TextSources, int> count) => new(name, FeatureType.Float, sources => count(sources.Revision));

    private static Feature Links(string name, params string[] starts)
        => Float(name, text => text.Document.Of(WikitextNodeKind.Wikilink).Count(link => PatternText.StartsWithAny(link.Name, starts)));

    private static Feature Templates(string name, params string[] starts)
        => Float(name, text => text.Document.Of(WikitextNodeKind.Template).Count(template => PatternText.StartsWithAny(template.Name, starts)));

    // A nested template is part of the outer source and has its own source: it counts twice.
    private static Feature Inside(string name, WikitextNodeKind kind, Regex pattern, params string[] starts)
        => new(name, FeatureType.Int, sources => sources.Revision.Document.Of(kind)
            .Where(node => PatternText.StartsWithAny(node.Source, starts))
            .Sum(node => pattern.Count(PatternText.Fold(node.Source))));

    [GeneratedRegex("image[1-9]{1,2}|file:|image:|photo[1-9][a-z]", RegexOptions.CultureInvariant, TimeoutMilliseconds)]
    private static partial Regex ImageNames();

    [GeneratedRegex(@"\.(jpg|jpeg|png|gif|svg|tiff|pdf|ogg|djvu)", RegexOptions.CultureInvariant, TimeoutMilliseconds)]
    private static partial Regex FileExtensions();
}
