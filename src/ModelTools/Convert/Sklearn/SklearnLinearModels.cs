using InferenceServices.ModelTools.Convert.Pickles;

namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>Reads linear models.</summary>
internal static class SklearnLinearModels
{
    private const int MostWeights = 100_000_000;

    public static SklearnLinear ReadRegressor(PickleField part, int features)
    {
        var (weights, sums) = ReadWeights(part, features);
        return new SklearnLinear(weights, ReadIntercepts(part, sums), SklearnLink.Identity, sums, null);
    }

    public static SklearnLinear ReadClassifier(PickleField part, int features)
    {
        var classes = SklearnClasses.Read(part["classes_"]);
        var (weights, sums) = ReadWeights(part, features);
        if (sums != (classes.Count == 2 ? 1 : classes.Count)) throw new PickleException($"coef_ has {sums} rows for {classes.Count} classes");
        var intercepts = ReadIntercepts(part, sums);
        var link = IsOneVersusRest(part, classes.Count) ? sums == 1 ? SklearnLink.Logistic : SklearnLink.OneVersusRest : SklearnLink.Softmax;
        if (link != SklearnLink.Softmax || sums > 1) return new SklearnLinear(weights, intercepts, link, sums, classes);
        // Softmax of the sum and its negative is the logistic function of twice the sum.
        return new SklearnLinear(Array.ConvertAll(weights, weight => 2 * weight), Array.ConvertAll(intercepts, intercept => 2 * intercept), SklearnLink.Logistic, sums, classes);
    }

    private static bool IsOneVersusRest(PickleField part, int classes)
    {
        if (part.Type!.Name == "SGDClassifier")
            return part["loss"].Text() is "log_loss" or "log" ? true : throw new NotSupportedException($"its loss is {part["loss"].Kind}, which has no probabilities; log_loss is supported");
        return (part.Find("multi_class")?.Text() ?? "auto") switch
        {
            "ovr" or "warn" => true,
            "multinomial" => false,
            _ => classes <= 2 || part["solver"].Text() == "liblinear",
        };
    }

    // coef_ has the shape [sums, features], or [features].
    private static (double[] Weights, int Sums) ReadWeights(PickleField part, int features)
    {
        var coefficients = part["coef_"].Array();
        var sums = coefficients.Shape is [var rows, _] ? rows : 1;
        if (coefficients.Shape is not ([_] or [> 0, _]) || coefficients.Shape[^1] != features || (long)sums * features > MostWeights)
            throw new PickleException($"coef_ should have the shape [n, {features}], got [{string.Join(", ", coefficients.Shape)}]");
        var rowMajor = coefficients.Finite();
        var weights = new double[rowMajor.Length];
        for (var sum = 0; sum < sums; sum++)
            for (var feature = 0; feature < features; feature++) weights[feature * sums + sum] = rowMajor[sum * features + feature];
        return (weights, sums);
    }

    // A model without intercepts has the number 0.
    private static double[] ReadIntercepts(PickleField part, int sums)
    {
        var field = part["intercept_"];
        if (NdArray.TryRead(field) is not { } array) return [.. Enumerable.Repeat(field.Finite(), sums)];
        return array.Count == 1 ? [.. Enumerable.Repeat(array.Finite()[0], sums)] : array.Finite(sums);
    }
}
