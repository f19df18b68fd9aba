using InferenceServices.RevisionFeatures.Families;

namespace InferenceServices.RevisionFeatures.Lists;

/// <summary>List of English Wikipedia in articlequality, wp10.</summary>
internal static class ArticleQualityFeatures
{
    private static readonly TextFeatures Text = TextFeatures.Revision;

    private static readonly Feature Content = Feature.Max(Text.ContentChars, 1);

    private static readonly Feature Words = Feature.Max(Text.Words, 1);

    private static readonly Feature AllImages = EnwikiFeatures.ImageLinks
        + EnwikiFeatures.ImageTemplates
        + EnwikiFeatures.ImagesInTemplates
        + EnwikiFeatures.ImagesInTags
        + EnwikiFeatures.InfoboxImages;

    private static readonly Feature AllRefTags = EnwikiFeatures.ShortenedFootnoteTemplates + Text.RefTags;

    private static readonly Feature AllCitations = EnwikiFeatures.CiteTemplates + EnwikiFeatures.ShortenedFootnoteTemplates;

    private static readonly Feature NonTemplatedRefs = Feature.Max(AllRefTags - AllCitations, 0);

    private static readonly Feature NonCiteTemplates = (Text.Templates - AllCitations).Named("enwiki.revision.non_cite_templates");

    private static readonly Feature WatchedAndIdioms = EnglishFeatures.WordsToWatch + EnglishFeatures.Idioms;

    public static readonly Feature[] All =
    [
        Text.Chars,
        Text.ContentChars,
        .. AndPerContent(Text.RefTags),
        .. AndPerContent(Text.Wikilinks),
        .. AndPerContent(Text.ExternalLinks),
        .. AndPerContent(Text.HeadingsByLevel(2)),
        .. AndPerContent(Text.HeadingsByLevel(3)),
        .. AndPerContent(Text.ListItems),
        .. AndPerContent(AllImages),
        .. AndPerContent(EnwikiFeatures.CategoryLinks),
        .. AndPerContent(AllRefTags),
        .. AndPerContent(AllCitations),
        AllCitations / Feature.Max(AllRefTags, 1),
        .. AndPerContent(NonTemplatedRefs),
        .. AndPerContent(NonCiteTemplates),
        EnwikiFeatures.InfoboxTemplates,
        EnwikiFeatures.CitationNeededTemplates + 1,
        EnwikiFeatures.CitationNeededTemplates / Content,
        EnwikiFeatures.WhoTemplates + 1,
        EnwikiFeatures.WhoTemplates / Content,
        .. AndPerContent(EnwikiFeatures.MainArticleTemplates),
        EnglishFeatures.StemsLength / Content,
        Feature.Log(EnwikiFeatures.ParagraphsWithoutRefsLength + 1),
        .. AndPerWord(EnglishFeatures.WordsToWatch),
        .. AndPerWord(EnglishFeatures.Idioms),
        .. AndPerWord(WatchedAndIdioms),
    ];

    private static Feature[] AndPerContent(Feature feature) => [feature, feature / Content];

    private static Feature[] AndPerWord(Feature feature) => [feature, feature / Words];
}
