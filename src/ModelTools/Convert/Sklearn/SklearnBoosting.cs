using InferenceServices.ModelTools.Convert.Pickles;

namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>Reads gradient boosting: an initial score plus the learning rate times the sum of the trees.</summary>
internal static class SklearnBoosting
{
    // scikit-learn clips probabilities by the epsilon of FP32 before it takes logarithms.
    private const double Epsilon = 1.0 / (1 << 23);

    public static SklearnTrees Read(PickleField part, int features, IReadOnlyList<PreprocessingStep> steps, bool isClassifier)
    {
        var classes = isClassifier ? SklearnClasses.Read(part["classes_"]) : null;
        var sums = classes is { Count: > 2 } ? classes.Count : 1;
        if (classes is { Count: 1 }) throw new PickleException("classes_ should have at least two classes");
        var isExponential = isClassifier && IsExponential(part["loss"]);
        if (isExponential && sums > 1) throw new NotSupportedException($"its loss is exponential, with {sums} classes");
        var estimators = part["estimators_"].Array();
        if (estimators.Shape is not [> 0, var columns] || columns != sums) throw new PickleException($"estimators_ should have the shape [n, {sums}], got [{string.Join(", ", estimators.Shape)}]");
        var initial = InitialScores(part["init_"], classes, isExponential);
        // The sum of exponential loss is half of the log odds.
        var factor = isExponential ? 2 : 1;
        var rate = part["learning_rate"].Finite() * factor;
        var table = new TreeTable(new Preprocessing(steps, isSingle: true));
        var trees = estimators.Objects();
        for (var index = 0; index < trees.Count; index++)
        {
            var tree = SklearnTreeReader.Read(trees[index], features, valuesPerNode: 1);
            tree.Scale(rate);
            // TreeEnsemble has no base values: the first trees include the initial scores.
            table.Add(tree, index % sums, offset: index < sums ? initial[index] * factor : 0);
        }
        return new SklearnTrees(table, table.Trees, classes is null ? SklearnLink.Identity : sums == 1 ? SklearnLink.Logistic : SklearnLink.Softmax, sums, classes);
    }

    private static bool IsExponential(PickleField loss) => loss.Text() switch
    {
        "exponential" => true,
        "deviance" or "log_loss" => false,
        var other => throw new NotSupportedException($"its loss is '{PrintableText.Of(other, 30)}'; supported are log_loss, deviance and exponential"),
    };

    private static double[] InitialScores(PickleField init, SklearnClasses? classes, bool isExponential)
    {
        var sums = classes is { Count: > 2 } ? classes.Count : 1;
        if (init.Value is "zero") return new double[sums];
        if (init.Type is not { } type || !type.IsIn("sklearn")) throw new NotSupportedException($"its init_ is {init.Kind}; only the default and 'zero' are supported");
        switch (type.Name)
        {
            case "DummyClassifier" when classes is not null && init["strategy"].Text() == "prior":
                var priors = init["class_prior_"].Array().Finite(classes.Count);
                return sums == 1 ? [LogOdds(priors[1]) * (isExponential ? 0.5 : 1)] : Array.ConvertAll(priors, prior => Math.Log(Clip(prior)));
            case "DummyRegressor" when classes is null:
                return init["constant_"].Array().Finite(1);
            // Versions before 0.21. The scores of several classes are their shares, not logarithms.
            case "LogOddsEstimator" or "ScaledLogOddsEstimator" when sums == 1:
                return [init["prior"].Finite()];
            case "PriorProbabilityEstimator" when sums > 1:
                return init["priors"].Array().Finite(sums);
            case "MeanEstimator" when classes is null:
                return [init["mean"].Finite()];
            case "QuantileEstimator" when classes is null:
                return [init["quantile"].Finite()];
            case "ZeroEstimator":
                return new double[sums];
            default:
                throw new NotSupportedException($"its init_ is a {type}; only the default and 'zero' are supported");
        }
    }

    private static double LogOdds(double probability) => Clip(probability) is var clipped ? Math.Log(clipped / (1 - clipped)) : 0;

    private static double Clip(double probability) => Math.Clamp(probability, Epsilon, 1 - Epsilon);
}
