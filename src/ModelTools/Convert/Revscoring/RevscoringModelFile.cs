using InferenceServices.ModelTools.Convert.Pickles;
using InferenceServices.ModelTools.Convert.Sklearn;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.ModelTools.Convert.Revscoring;

/// <summary>A model of revscoring.</summary>
/// <param name="Model">Scaler and estimator; features have revscoring's names.</param>
/// <param name="Version">Version.</param>
/// <param name="UnknownFeatures">Features that <see cref="FeatureList"/> does not have.</param>
/// <param name="Info">Type, parameters, environment and statistics.</param>
internal sealed record RevscoringModelFile(SklearnModel Model, string Version, IReadOnlyList<string> UnknownFeatures, PickleField Info)
{
    private const string Package = "revscoring";
    private const string Prefix = "feature.";

    private static readonly Dictionary<string, string[]> Estimators = new(StringComparer.Ordinal)
    {
        ["GradientBoosting"] = ["GradientBoostingClassifier"],
        ["RandomForest"] = ["RandomForestClassifier"],
    };

    /// <summary>Reads a model.</summary>
    /// <param name="root">The object of the file.</param>
    /// <param name="wiki">Database name of the wiki, whose own features are then known; null: unknown.</param>
    /// <param name="kind">Kind of model, such as <c>damaging</c>; null: unknown.</param>
    /// <exception cref="PickleException">The object is corrupt.</exception>
    /// <exception cref="NotSupportedException">The object is of an unsupported class.</exception>
    public static RevscoringModelFile Read(PickleField root, string? wiki, string? kind)
    {
        if (root.Type is not { } type || !type.IsIn(Package)) throw new NotSupportedException($"it has {root.Kind} in place of a revscoring model");
        if (!Estimators.TryGetValue(type.Name, out var estimators)) throw new NotSupportedException($"it is a {type}; supported are {string.Join(" and ", Estimators.Keys)}");
        if (root.Find("multilabel") is { IsNone: false } flag && flag.Flag()) throw new NotSupportedException("it has several labels per revision (multilabel), which is not supported");
        var names = root["features"].Items().Select(feature => NameOf(feature, wiki, kind)).ToArray();
        if (names.Length == 0) throw new PickleException("features should have at least one feature");
        var estimator = root["estimator"];
        if (estimator.Type is not { } estimatorType || !estimatorType.IsIn("sklearn") || !estimators.Contains(estimatorType.Name))
            throw new NotSupportedException($"its estimator is {estimator.Kind}; a sklearn {string.Join(" or ", estimators)} is supported");
        var scaler = root.Find("scaler") is { IsNone: false } found ? found : null;
        var steps = scaler is null ? [] : SklearnModelReader.ReadSteps(scaler, names.Length);
        if (estimator.Find("n_features_in_") is { IsNone: false } count && count.Count(int.MaxValue) != names.Length)
            throw new PickleException($"its estimator has {count.Kind} inputs for {names.Length} features");
        var classes = scaler is null ? estimatorType.Name : $"{scaler.Type!.Name}, {estimatorType.Name}";
        var model = new SklearnModel(classes, names, steps, SklearnModelReader.ReadEstimator(estimator, names.Length, steps));
        var unknown = names.Where(name => FeatureList.Find(name, wiki, kind) is null).ToArray();
        return new RevscoringModelFile(model, root.Find("version") is { IsNone: false } version ? VersionOf(version) : "unknown", unknown, root.Find("info") ?? new PickleField(null, "info"));
    }

    private static string VersionOf(PickleField field) => field.Text() is { Length: > 0 and < 100 } text && !text.Any(char.IsControl) ? text : throw field.Error("a version");

    private static string NameOf(PickleField feature, string? wiki, string? kind)
    {
        if (feature.Type is not { } type || !type.IsIn(Package)) throw feature.Error("a feature of revscoring");
        // A vector has many numbers, computed from files of word vectors.
        if (type.Module.Contains("feature_vector", StringComparison.Ordinal) || type.Name.Contains("Vector", StringComparison.Ordinal))
            throw new NotSupportedException($"its feature {feature["name"].Kind} is a {type}, a vector; such features need files of word vectors and are not supported");
        var name = feature["name"].Text();
        if (name.Length is 0 or > 10_000 || name.Any(char.IsControl)) throw feature["name"].Error("a name of one line");
        // The server's own spelling: Python orders the members of a set in a name by chance.
        return FeatureList.Find(Prefix + name, wiki, kind)?.FullName ?? Prefix + name;
    }
}
