using InferenceServices.RevisionFeatures.Lists;

namespace InferenceServices.RevisionFeatures;

/// <summary>What a model takes: features in their order.</summary>
public sealed class FeatureList
{
    private FeatureList(IReadOnlyList<Feature> features)
    {
        Features = features;
        BaseFeatures = Trim(features);
    }

    /// <summary>The nine of the reverted model of revscoring's introduction.</summary>
    public static FeatureList Reverted { get; } = new(RevertedFeatures.All);

    /// <summary>The eighty of English Wikipedia's damaging, goodfaith and reverted models.</summary>
    public static FeatureList Damaging { get; } = new(DamagingFeatures.All);

    /// <summary>The forty-two of English Wikipedia's article quality model.</summary>
    public static FeatureList ArticleQuality { get; } = new(ArticleQualityFeatures.All);

    /// <summary>The lists by their short names.</summary>
    public static IReadOnlyDictionary<string, FeatureList> ByName { get; } = new Dictionary<string, FeatureList>(StringComparer.Ordinal)
    {
        ["reverted"] = Reverted,
        ["damaging"] = Damaging,
        ["wp10"] = ArticleQuality,
    };

    /// <summary>The features in the order a model takes them.</summary>
    public IReadOnlyList<Feature> Features { get; }

    /// <summary>What the features are made of: each once, in order of first need. revscoring calls it trimming.</summary>
    public IReadOnlyList<Feature> BaseFeatures { get; }

    /// <summary>Whether a feature looks at the text the revision changed.</summary>
    public bool NeedParent => BaseFeatures.Any(feature => IsOf(feature, "revision.parent") || IsOf(feature, "revision.diff"));

    /// <summary>Whether a feature looks at who saved the revision.</summary>
    public bool NeedAuthor => BaseFeatures.Any(feature => IsOf(feature, "revision.user"));

    /// <summary>Whether a feature looks at the author's summary.</summary>
    public bool NeedComment => BaseFeatures.Any(feature => IsOf(feature, "revision.comment"));

    /// <summary>The list of these names.</summary>
    /// <param name="names">With the prefix <c>feature.</c></param>
    /// <exception cref="ArgumentException">No feature has one of the names.</exception>
    public static FeatureList Of(IEnumerable<string> names)
        => new([.. names.Select(name => Find(name) ?? throw new ArgumentException($"There is no feature '{name}'.", nameof(names)))]);

    /// <summary>A feature of any list, or one they are made of.</summary>
    /// <param name="name">With the prefix <c>feature.</c></param>
    /// <returns>Null: there is none.</returns>
    public static Feature? Find(string name) => Known.Value.GetValueOrDefault(name);

    /// <summary>The values a model takes, in order.</summary>
    public double[] ValuesOf(FeatureSolution solution)
    {
        var values = new double[Features.Count];
        for (var i = 0; i < values.Length; i++) values[i] = solution.ValueOf(Features[i]);
        return values;
    }

    /// <summary>Whether given values leave nothing to be computed from a revision.</summary>
    /// <param name="given">By full name; null: none.</param>
    public bool AreSolvedBy(IReadOnlyDictionary<string, double>? given) => given is not null && Features.All(feature => IsSolved(feature, given));

    // revscoring's names say what a feature is made of.
    private static bool IsOf(Feature feature, string source) => feature.Name.Contains(source, StringComparison.Ordinal);

    private static bool IsSolved(Feature feature, IReadOnlyDictionary<string, double> given)
        => given.ContainsKey(feature.FullName) || (feature.Parts.Count > 0 && feature.Parts.All(part => IsSolved(part, given)));

    private static readonly Lazy<Dictionary<string, Feature>> Known = new(() => ByName.Values
        .SelectMany(list => list.Features.Concat(list.BaseFeatures))
        .DistinctBy(feature => feature.FullName)
        .ToDictionary(feature => feature.FullName, StringComparer.Ordinal));

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
