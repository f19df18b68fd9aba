using InferenceServices.RevisionFeatures.Families;
using InferenceServices.RevisionFeatures.Lists;

namespace InferenceServices.RevisionFeatures;

/// <summary>Ordered features of a model.</summary>
public sealed class FeatureList
{
    private FeatureList(IReadOnlyList<Feature> features)
    {
        Features = features;
        BaseFeatures = Trim(features);
    }

    /// <summary>The nine features of the reverted model in revscoring's introduction.</summary>
    public static FeatureList Reverted { get; } = new(RevertedFeatures.All);

    /// <summary>The eighty features of the damaging, goodfaith and reverted models of English Wikipedia.</summary>
    public static FeatureList Damaging { get; } = new(DamagingFeatures.All);

    /// <summary>The forty-two features of the article quality model of English Wikipedia.</summary>
    public static FeatureList ArticleQuality { get; } = new(ArticleQualityFeatures.All);

    /// <summary>Lists by short name.</summary>
    public static IReadOnlyDictionary<string, FeatureList> ByName { get; } = new Dictionary<string, FeatureList>(StringComparer.Ordinal)
    {
        ["reverted"] = Reverted,
        ["damaging"] = Damaging,
        ["wp10"] = ArticleQuality,
    };

    /// <summary>Features in the order of the model input.</summary>
    public IReadOnlyList<Feature> Features { get; }

    /// <summary>Distinct base features, in order of first use. revscoring calls this trimming.</summary>
    public IReadOnlyList<Feature> BaseFeatures { get; }

    /// <summary>Whether a feature needs the parent revision.</summary>
    public bool NeedParent => BaseFeatures.Any(feature => IsOf(feature, "revision.parent") || IsOf(feature, "revision.diff"));

    /// <summary>Whether a feature needs the author.</summary>
    public bool NeedAuthor => BaseFeatures.Any(feature => IsOf(feature, "revision.user"));

    /// <summary>Whether a feature needs the edit summary.</summary>
    public bool NeedComment => BaseFeatures.Any(feature => IsOf(feature, "revision.comment"));

    /// <summary>Creates a list from names.</summary>
    /// <param name="names">Names with the prefix <c>feature.</c></param>
    /// <param name="wiki">Database name of the wiki of the model, such as <c>svwiki</c>: some names mean something else on another wiki. Null: none of these.</param>
    /// <param name="kind">Kind of the model, such as <c>draftquality</c>: some names mean something else in another kind. Null: none of these.</param>
    /// <exception cref="ArgumentException">A name is unknown.</exception>
    public static FeatureList Of(IEnumerable<string> names, string? wiki = null, string? kind = null)
        => new([.. names.Select(name => Find(name, wiki, kind) ?? throw new ArgumentException(UnknownName(name), nameof(names)))]);

    /// <summary>Finds a feature: of the text, the edit, the author, of words in any language, of templates and links of a wiki, or computed from these.</summary>
    /// <param name="name">Name with the prefix <c>feature.</c> The members of a set in the name can be in any order. The name can be an expression of known features: <c>log((a + 1))</c>.</param>
    /// <param name="wiki">Database name of the wiki of the model; null: names that are the same on all wikis.</param>
    /// <param name="kind">Kind of the model; null: names that are the same in all kinds.</param>
    /// <returns>The feature, or null if the name is unknown.</returns>
    public static Feature? Find(string name, string? wiki = null, string? kind = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.StartsWith(FeatureNames.Prefix, StringComparison.Ordinal)) return null;
        var normalized = FeatureNames.Normalize(name[FeatureNames.Prefix.Length..]);
        return FeatureExpression.TryParse(normalized, part => FindNamed(part, wiki, kind));
    }

    /// <summary>Computes the model input, in order.</summary>
    public double[] ValuesOf(FeatureSolution solution)
    {
        var values = new double[Features.Count];
        for (var i = 0; i < values.Length; i++) values[i] = solution.ValueOf(Features[i]);
        return values;
    }

    /// <summary>Returns whether all features can be computed from given values, without a revision.</summary>
    /// <param name="given">Values by full name; null: none.</param>
    public bool AreSolvedBy(IReadOnlyDictionary<string, double>? given) => given is not null && Features.All(feature => IsSolved(feature, given));

    // The name of a feature contains its source.
    private static bool IsOf(Feature feature, string source) => feature.Name.Contains(source, StringComparison.Ordinal);

    private static bool IsSolved(Feature feature, IReadOnlyDictionary<string, double> given)
        => given.ContainsKey(feature.FullName) || (feature.Parts.Count > 0 && feature.Parts.All(part => IsSolved(part, given)));

    private static readonly Lazy<Dictionary<string, Feature>> Known = new(() => ByName.Values
        .SelectMany(list => list.Features.Concat(list.BaseFeatures))
        .Where(feature => !feature.IsExpression)
        .Concat(TextFeatures.Revision.All)
        .Concat(UserFeatures.OfWikis)
        .Concat(LanguageFeatures.All)
        .Concat(WikipediaFeatures.All)
        .DistinctBy(feature => feature.Name)
        .ToDictionary(feature => FeatureNames.Normalize(feature.Name), StringComparer.Ordinal));

    private static Feature? FindNamed(string name, string? wiki, string? kind)
    {
        if (kind == DraftFeatures.Kind && DraftFeatures.ByName.TryGetValue(name, out var draft)) return draft;
        if (wiki is not null && WikipediaFeatures.ByWiki.TryGetValue(wiki, out var local) && local.TryGetValue(name, out var ofWiki)) return ofWiki;
        return Known.Value.GetValueOrDefault(name);
    }

    private static string UnknownName(string name)
        => name.StartsWith("feature_vector.", StringComparison.Ordinal) ? $"Feature '{name}' is a vector of many numbers: it needs a file of word vectors (word2vec) or a language detector, which are not supported."
        : name.Contains(".sentiment.", StringComparison.Ordinal) ? $"Feature '{name}' needs the word scores of SentiWordNet, which are not supported."
        : name.StartsWith(FeatureNames.Prefix, StringComparison.Ordinal) ? $"Unknown feature '{name}'."
        : $"Unknown feature '{name}': names should start with '{FeatureNames.Prefix}'.";

    private static List<Feature> Trim(IEnumerable<Feature> features)
    {
        var found = new OrderedDictionary<string, Feature>(StringComparer.Ordinal);
        foreach (var feature in features) Add(feature);
        return [.. found.Values];

        void Add(Feature feature)
        {
            if (feature.Parts.Count == 0) found.TryAdd(feature.Name, feature);
            foreach (var part in feature.Parts) Add(part);
        }
    }
}
