using static InferenceServices.RevisionFeatures.Families.MarkupFeatures;

namespace InferenceServices.RevisionFeatures.Families;

/// <summary>Features that draft quality defines with the names, but not the expressions, of article quality.</summary>
internal static class DraftFeatures
{
    /// <summary>Kind of model.</summary>
    public const string Kind = "draftquality";

    /// <summary>Features of Portuguese Wikipedia by name.</summary>
    public static IReadOnlyDictionary<string, Feature> ByName { get; } = new[]
    {
        Templates("ptwiki.revision.cn_templates", "carece de fontes"),
        Templates("ptwiki.main_article_templates", $"{WikipediaFeatures.PortugueseMainTemplates}|ver[ _]artigo"),
        // Lift Wing's model expects a letter i before the name of the category.
        Links("ptwiki.revision.category_links", "i(category|categoria):"),
        Links("ptwiki.revision.image_links", "(file|image|ficheiro|arquivo|imagem):"),
    }.Concat(WikipediaFeatures.WithOtherTemplates("ptwiki", Templates("ptwiki.revision.cite_templates", $"{WikipediaFeatures.EnglishCitations}|citar")))
        .ToDictionary(static feature => feature.Name, StringComparer.Ordinal);
}
