using InferenceServices.ModelTools.Convert.Pickles;

namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>Reads an estimator or a pipeline. Classes are recognised by package and name, because versions move them between modules.</summary>
internal static class SklearnModelReader
{
    public const string Supported = "DecisionTree, ExtraTree(s), RandomForest, GradientBoosting and HistGradientBoosting (classifier and regressor), LogisticRegression(CV), SGDClassifier with log_loss, "
        + "LinearRegression, Ridge(CV), Lasso(CV), ElasticNet(CV), HuberRegressor, SGDRegressor, StandardScaler, MinMaxScaler, RobustScaler, MaxAbsScaler, SimpleImputer, and Pipeline of these";

    private static readonly HashSet<string> Estimators = new(StringComparer.Ordinal)
    {
        "DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreeClassifier", "ExtraTreeRegressor", "RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor",
        "GradientBoostingClassifier", "GradientBoostingRegressor", "HistGradientBoostingClassifier", "HistGradientBoostingRegressor", "LogisticRegression", "LogisticRegressionCV", "SGDClassifier",
        "LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet", "ElasticNetCV", "HuberRegressor", "SGDRegressor",
    };

    private const int MostFeatures = 1_000_000;
    private const int MostNested = 8;

    /// <summary>Reads a model.</summary>
    /// <param name="root">The object of the file.</param>
    /// <exception cref="PickleException">The object is corrupt.</exception>
    /// <exception cref="NotSupportedException">The object, or a part of it, is of an unsupported class. The message names the class.</exception>
    public static SklearnModel Read(PickleField root)
    {
        var parts = new List<PickleField>();
        Flatten(root, parts, depth: 0);
        if (parts.Count == 0) throw new NotSupportedException("it is a pipeline without steps");
        var features = FeaturesOf(parts[0]);
        var steps = parts[..^1].SelectMany(part => ReadSteps(part, features)).ToList();
        var estimator = Estimators.Contains(parts[^1].Type!.Name) ? ReadEstimator(parts[^1], features, steps) : null;
        if (estimator is null) steps.AddRange(ReadSteps(parts[^1], features));
        return new SklearnModel(string.Join(", ", parts.Select(part => part.Type!.Name)), NamesOf(parts[0], features), steps, estimator);
    }

    /// <summary>Reads a scaler or imputer.</summary>
    /// <exception cref="NotSupportedException">It is of another class.</exception>
    public static IReadOnlyList<PreprocessingStep> ReadSteps(PickleField part, int features)
        => SklearnScalers.TryRead(part, features) ?? throw Unsupported(part);

    /// <summary>Reads a classifier or regressor.</summary>
    /// <param name="part">The estimator.</param>
    /// <param name="features">Number of features.</param>
    /// <param name="steps">Steps before it.</param>
    /// <exception cref="NotSupportedException">It is of another class.</exception>
    public static SklearnEstimator ReadEstimator(PickleField part, int features, IReadOnlyList<PreprocessingStep> steps) => part.Type!.Name switch
    {
        "DecisionTreeClassifier" or "ExtraTreeClassifier" => SklearnForests.Read(part, [part], features, steps, isClassifier: true),
        "DecisionTreeRegressor" or "ExtraTreeRegressor" => SklearnForests.Read(part, [part], features, steps, isClassifier: false),
        "RandomForestClassifier" or "ExtraTreesClassifier" => SklearnForests.Read(part, part["estimators_"].Items(), features, steps, isClassifier: true),
        "RandomForestRegressor" or "ExtraTreesRegressor" => SklearnForests.Read(part, part["estimators_"].Items(), features, steps, isClassifier: false),
        "GradientBoostingClassifier" => SklearnBoosting.Read(part, features, steps, isClassifier: true),
        "GradientBoostingRegressor" => SklearnBoosting.Read(part, features, steps, isClassifier: false),
        "HistGradientBoostingClassifier" => SklearnHistogramBoosting.Read(part, features, steps, isClassifier: true),
        "HistGradientBoostingRegressor" => SklearnHistogramBoosting.Read(part, features, steps, isClassifier: false),
        "LogisticRegression" or "LogisticRegressionCV" or "SGDClassifier" => SklearnLinearModels.ReadClassifier(part, features),
        "LinearRegression" or "Ridge" or "RidgeCV" or "Lasso" or "LassoCV" or "ElasticNet" or "ElasticNetCV" or "HuberRegressor" or "SGDRegressor" => SklearnLinearModels.ReadRegressor(part, features),
        _ => throw Unsupported(part),
    };

    private static NotSupportedException Unsupported(PickleField part) => new($"it has a {part.Type}; supported are {Supported}");

    private static void Flatten(PickleField field, List<PickleField> parts, int depth)
    {
        // Steps that are switched off.
        if (field.Value is null or "passthrough" && depth > 0) return;
        if (field.Type is not { } type) throw new NotSupportedException($"it has {field.Kind} in place of an estimator");
        if (!type.IsIn("sklearn")) throw new NotSupportedException($"it has a {type}, which is not a class of scikit-learn");
        if (type.Name != "Pipeline")
        {
            if (!Estimators.Contains(type.Name) && !SklearnScalers.IsKnown(field)) throw Unsupported(field);
            parts.Add(field);
            return;
        }
        if (depth == MostNested) throw new NotSupportedException($"it has more than {MostNested} pipelines inside of each other");
        foreach (var step in field["steps"].Items())
            Flatten(step.Items() is [_, var estimator] ? estimator : throw step.Error("a pair of name and estimator"), parts, depth + 1);
    }

    private static int FeaturesOf(PickleField part)
    {
        // Versions before 0.24 have different attributes.
        foreach (var attribute in new[] { "n_features_in_", "n_features_", "_n_features", "n_features" })
            if (part.Find(attribute) is { IsNone: false } count) return AtLeastOne(count, count.Count(MostFeatures));
        foreach (var attribute in new[] { "coef_", "statistics_", "scale_", "center_", "mean_", "min_" })
            if (part.Find(attribute) is { IsNone: false } values) return AtLeastOne(values, values.Array().Shape is [.., var last] ? last : 0);
        throw new PickleException($"it has no n_features_in_: the {part.Type!.Name} is not trained");
    }

    private static int AtLeastOne(PickleField field, int count) => count > 0 ? count : throw new PickleException($"{field.Path} should be for at least one feature");

    private static string[] NamesOf(PickleField part, int features)
    {
        var names = part.Find("feature_names_in_") is { IsNone: false } field ? field.Array().Texts() : [.. Enumerable.Range(0, features).Select(feature => $"f{feature}")];
        if (names.Length != features) throw new PickleException($"{part.Path}.feature_names_in_ should have {features} names, got {names.Length}");
        return Array.Find(names, name => name.Any(char.IsControl)) is { } name ? throw new NotSupportedException($"the feature '{PrintableText.Of(name, 60)}' cannot be a line of features.txt") : names;
    }
}
