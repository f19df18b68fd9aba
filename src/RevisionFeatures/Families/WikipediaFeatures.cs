using static InferenceServices.RevisionFeatures.Families.MarkupFeatures;

namespace InferenceServices.RevisionFeatures.Families;

/// <summary>Features of templates, images and categories that article quality uses on Wikipedias other than the English one.</summary>
internal static class WikipediaFeatures
{
    /// <summary>Expression of citation templates in English, which many wikis use.</summary>
    internal const string EnglishCitations = "cite|harv";

    private const string ImageFiles = @"\.(jpg|jpeg|png|gif|svg|tiff|pdf|ogg|djvu)";

    private static readonly Feature AllTemplates = TextFeatures.Revision.Templates;

    private static readonly Feature[] Basque =
    [
        Templates("euwiki.revision.infobox_templates", @"[\w\s]*infotaula[ _]automatikoa$"),
        Templates("euwiki.revision.cn_templates", "erref[ _]behar"),
        Links("euwiki.revision.image_links", "(file|image|fitxategi):"),
        ParagraphsWithoutRefs("euwiki"),
    ];

    private static readonly Feature[] Dutch =
    [
        Templates("nlwiki.revision.cn_templates", "bron|fact|wikify|reden|twijfel|geenbron|wannee|feit|refnodig|referentie[ _]gewenst"),
        Templates("nlwiki.revision.infobox_templates", "infobox"),
    ];

    private static readonly Feature[] French =
    [
        .. WithOtherTemplates("frwiki", Templates("frwiki.revision.cite_templates", "article|chapitre|jugement|lien[ _]web|loi|ouvrage")),
        Templates("frwiki.revision.infobox_templates", "infobox"),
        Templates("frwiki.revision.lvl1_cn_templates", "référence[ _](souhaitée|à[ _]confirmer|nécessaire)|citation[ _]nécessaire|inédit"),
        Templates("frwiki.revision.lvl2_cn_templates", "référence[ _](insuffisante|incomplète)|détournement[ _]de[ _]sources|section[ _]à[ _]sourcer"),
        Templates("frwiki.revision.lvl3_cn_templates", "sources[ _](à[ _]lier|obsolètes|secondaires)|référence[ _]obsolète|(bpv[ _])?à[ _]sourcer"),
        Templates("frwiki.revision.lvl4_cn_templates", "à[ _]prouver|faut[ _]sourcer"),
        Templates("frwiki.revision.lvl5_cn_templates", "à[ _]vérifier|vérifiabilité"),
        Templates("frwiki.main_article_templates", "article[ _](principal|détaillé)"),
        Templates("frwiki.revision.date_templates", "date"),
        Links("frwiki.revision.category_links", "category|catégorie:"),
        Links("frwiki.revision.image_links", "file|image|fichier:"),
    ];

    private static readonly Feature[] Galician =
    [
        Templates("glwiki.revision.cn_templates", "cómpre[ _](referencia|páxina)|cando|quen|clarificar|sen[ _]referencias|verificar[ _]credibilidade"),
        Links("glwiki.revision.category_links", "(categoría|category):"),
        Links("glwiki.revision.image_links", "(file|image|ficheiro):"),
        ParagraphsWithoutRefs("glwiki"),
    ];

    private static readonly Feature[] Persian =
    [
        Templates("fawiki.revision.infobox_templates", "infobox|جعبه"),
        Templates("fawiki.revision.cn_templates", "citation[_ ]needed|cn|fact|مدرک"),
        Templates("fawiki.revision.who_templates", @"who|چه( |\u200C)کسی"),
        Templates("fawiki.main_article_templates", "main|اصلی"),
        .. WithOtherTemplates(
            "fawiki", Templates("fawiki.revision.cite_templates", $"{EnglishCitations}|یادکرد"), Templates("fawiki.revision.shortened_footnote_templates", "shortened footnote template|sfn")),
        Links("fawiki.revision.category_links", "category|رده:"),
        Links("fawiki.revision.image_links", "file|image|پرونده|تصویر:"),
        ParagraphsWithoutRefs("fawiki"),
    ];

    private static readonly Feature[] Portuguese =
    [
        Templates("ptwiki.revision.infobox_templates", "info"),
        Templates("ptwiki.revision.cn_templates", "carece[ _]de[ _]fontes"),
        Templates("ptwiki.main_article_templates", $"{PortugueseMainTemplates}|ver[ _]artigo"),
        .. WithOtherTemplates(
            "ptwiki", Templates("ptwiki.revision.cite_templates", $"{EnglishCitations}|citar"), Templates("ptwiki.revision.shortened_footnote_templates", "sfn")),
        Links("ptwiki.revision.category_links", @"(category|categoria)\s*:"),
        Links("ptwiki.revision.image_links", @"(file|ficheiro|arquivo|imagem?)\s*:"),
        Templates("ptwiki.revision.image_template", "scalable[ _]image|panorama|imagem[ _]vertical"),
        Templates("ptwiki.revision.side_by_side_image_templates", "imagem[ _]dupla"),
        InTemplates(
            "ptwiki.revision.images_in_templates", @"\{\{(imagem[ _](multipla|conjunta)|galeria|multiple[ _]image|gallery|montagem[ _]fotográfica|matriz[ _]de[ _]imagens)", PortugueseImages),
        InTags("ptwiki.revision.images_in_tags", "<(gallery|imagemap)", PortugueseImages),
        InTemplates("ptwiki.infobox_images", @"\{\{info", ImageFiles),
        new("ptwiki.revision.paragraphs_without_refs_total_length", FeatureType.Float, sources => Sources.ParagraphsWithoutRefs.LengthOfLong(sources.Revision.Tokens)),
    ];

    private static readonly Feature[] Russian = [Templates("ruwiki.revision.cn_templates", "нет[ _]аи")];

    private static readonly Feature[] Swedish = [Templates("svwiki.revision.cn_templates", "källa[ _]behövs|kb")];

    private static readonly Feature[] Turkish =
    [
        .. WithOtherTemplates("trwiki", Templates("trwiki.revision.cite_templates", "kaynak|.*[ _]kaynağı")),
        Templates("trwiki.revision.infobox_templates", ".*[ _]bilgi[ _]kutusu"),
        Templates("trwiki.revision.lvl1_cn_templates", "kaynak[ _]belirt|olgu|fact|delil"),
        Templates("trwiki.main_article_templates", "ana"),
        Links("trwiki.revision.category_links", "category|kategori:"),
        Links("rrwiki.revision.image_links", "file|image|resim:"),
    ];

    private static readonly Feature[] Ukrainian =
    [
        Templates("ukwiki.revision.cn_templates", "citation[_ ]needed|cn|fact"),
        Templates("ukwiki.revision.main_article_templates", "main|докладніше"),
        .. WithOtherTemplates(
            "ukwiki", Templates("ukwiki.revision.cite_templates", $"{EnglishCitations}|citation"), Templates("ukwiki.revision.shortened_footnote_templates", "sfn")),
        Links("ukwiki.revision.category_links", "категорія|category|категория"),
        Links("ukwiki.revision.image_links", "file|файл|image|зображення|изображение"),
        Templates("ukwiki.revision.image_template", "(wide|tall|scalable) image|panorama"),
        InTemplates("ukwiki.revision.images_in_templates", @"\{\{(multiple image|image array|gallery|photomontage)", UkrainianImages),
        InTags("ukwiki.revision.images_in_tags", "<(gallery|imagemap)", UkrainianImages),
        ParagraphsWithoutRefs("ukwiki"),
    ];

    private const string PortugueseImages = "imagem?[1-9][1-9]?|(file|ficheiro|imagem?|archivo):|photo[1-9][a-z]";

    /// <summary>Expression of templates of main articles in Portuguese.</summary>
    internal const string PortugueseMainTemplates = "artigo[ _]principal|principal|ver[ _]também artigo[ _]principal|main|detalhes|mais|artigoprincipal|ap|details";

    private const string UkrainianImages = "зображення[1-9][1-9]?|(изображение|зображення|файл|file|image):|photo[1-9][a-z]";

    /// <summary>Features whose names contain their wiki.</summary>
    public static IEnumerable<Feature> All => [.. Basque, .. Dutch, .. French, .. Galician, .. Persian, .. Portuguese, .. Russian, .. Swedish, .. Turkish, .. Ukrainian];

    /// <summary>Features by wiki and name that are the same name on several wikis.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, Feature>> ByWiki { get; } = new Dictionary<string, IReadOnlyDictionary<string, Feature>>(StringComparer.Ordinal)
    {
        ["nlwiki"] = LinksOf("category|categorie:", "file|image|afbeelding|bestand:"),
        ["ruwiki"] = LinksOf("category|категория:", "file|image|файл:"),
        ["svwiki"] = LinksOf("category|kategori:", "file|image|fil:"),
    };

    /// <summary>Returns features of citations and the number of all other templates.</summary>
    internal static Feature[] WithOtherTemplates(string wiki, params Feature[] citations)
        => [.. citations, (AllTemplates - citations.Aggregate(static (sum, next) => sum + next)).Named($"{wiki}.revision.non_cite_templates")];

    private static Dictionary<string, Feature> LinksOf(string categories, string images)
        => new[] { Links("revision.category_links", categories), Links("revision.image_links", images) }.ToDictionary(static feature => feature.Name, StringComparer.Ordinal);
}
