using InferenceServices.ModelTools.Convert.Pickles;

namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>Reads histogram-based gradient boosting. Its trees compare FP64 and include the learning rate.</summary>
internal static class SklearnHistogramBoosting
{
    public static SklearnTrees Read(PickleField part, int features, IReadOnlyList<PreprocessingStep> steps, bool isClassifier)
    {
        if (part.Find("_preprocessor") is { IsNone: false } || HasCategories(part)) throw new NotSupportedException("it has categorical features, which are not supported");
        var classes = isClassifier ? SklearnClasses.Read(part["classes_"]) : null;
        var sums = classes is { Count: > 2 } ? classes.Count : 1;
        var link = classes is null ? LinkOf(part["loss"]) : sums == 1 ? SklearnLink.Logistic : SklearnLink.Softmax;
        if (isClassifier && part["loss"].Text() is not ("log_loss" or "auto" or "binary_crossentropy" or "categorical_crossentropy")) throw new NotSupportedException($"its loss is {part["loss"].Kind}; log_loss is supported");
        var baseline = part["_baseline_prediction"];
        var initial = NdArray.TryRead(baseline)?.Finite(sums) ?? (sums == 1 ? [baseline.Finite()] : throw baseline.Error($"{sums} numbers"));
        var table = new TreeTable(new Preprocessing(steps, isSingle: false));
        var iterations = part["_predictors"].Items();
        if (iterations.Count == 0) throw new PickleException("it has no trees");
        foreach (var iteration in iterations)
        {
            var trees = iteration.Items();
            if (trees.Count != sums) throw new PickleException($"{iteration.Path} should have {sums} trees, got {trees.Count}");
            var isFirst = table.Trees == 0;
            for (var target = 0; target < sums; target++) table.Add(SklearnTreeReader.ReadHistogram(trees[target], features), target, offset: isFirst ? initial[target] : 0);
        }
        return new SklearnTrees(table, table.Trees, link, sums, classes);
    }

    private static bool HasCategories(PickleField part) => part.Find("is_categorical_") is { IsNone: false } flags && flags.Array().Integers().Any(flag => flag != 0);

    private static SklearnLink LinkOf(PickleField loss) => loss.Text() switch
    {
        "squared_error" or "least_squares" or "absolute_error" or "least_absolute_deviation" or "quantile" => SklearnLink.Identity,
        "poisson" or "gamma" => SklearnLink.Exponential,
        var other => throw new NotSupportedException($"its loss is '{PrintableText.Of(other, 30)}'; supported are squared_error, absolute_error, quantile, poisson and gamma"),
    };
}
