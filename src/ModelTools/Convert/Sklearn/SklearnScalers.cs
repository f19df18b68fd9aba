using InferenceServices.ModelTools.Convert.Pickles;

namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>Reads scalers and imputers.</summary>
internal static class SklearnScalers
{
    public static bool IsKnown(PickleField part) => part.Type is { Name: "StandardScaler" or "MinMaxScaler" or "RobustScaler" or "MaxAbsScaler" or "SimpleImputer" } type && type.IsIn("sklearn");

    /// <returns>Null if it is of another class.</returns>
    public static IReadOnlyList<PreprocessingStep>? TryRead(PickleField part, int features)
    {
        if (!IsKnown(part)) return null;
        return part.Type!.Name switch
        {
            "StandardScaler" => ReadStandard(part, part["with_mean"].Flag() ? part["mean_"] : null, part["with_std"].Flag() ? part["scale_"] : null, features),
            "RobustScaler" => ReadStandard(part, part["with_centering"].Flag() ? part["center_"] : null, part["with_scaling"].Flag() ? part["scale_"] : null, features),
            "MinMaxScaler" => ReadMinMax(part, features),
            "MaxAbsScaler" => ReadMaxAbs(part, features),
            _ => ReadImputer(part, features),
        };
    }

    private static PreprocessingStep[] ReadStandard(PickleField part, PickleField? center, PickleField? scale, int features)
    {
        var steps = new List<PreprocessingStep>();
        if (center is not null) steps.Add(new(PreprocessingKind.Subtract, center.Array().Finite(features)));
        if (scale is not null) steps.Add(new(PreprocessingKind.Divide, Positive(scale, features)));
        return [.. steps];
    }

    private static PreprocessingStep[] ReadMinMax(PickleField part, int features)
    {
        PreprocessingStep[] scaled = [new(PreprocessingKind.Multiply, Positive(part["scale_"], features)), new(PreprocessingKind.Add, part["min_"].Array().Finite(features))];
        if (part.Find("clip")?.Flag() != true) return scaled;
        if (part["feature_range"].Items() is not [var least, var most]) throw part["feature_range"].Error("a pair of numbers");
        return [.. scaled, .. Clip(least.Finite(), most.Finite(), features)];
    }

    private static PreprocessingStep[] ReadMaxAbs(PickleField part, int features)
    {
        var scaled = new PreprocessingStep(PreprocessingKind.Divide, Positive(part["scale_"], features));
        return part.Find("clip")?.Flag() == true ? [scaled, .. Clip(-1, 1, features)] : [scaled];
    }

    private static PreprocessingStep[] ReadImputer(PickleField part, int features)
    {
        if (part["missing_values"].Value is not double.NaN && part["missing_values"].Value is not string) throw new NotSupportedException($"its SimpleImputer replaces {part["missing_values"].Kind}; only NaN is supported");
        if (part["missing_values"].Value is string text && text != "NaN") throw new NotSupportedException($"its SimpleImputer replaces '{PrintableText.Of(text, 20)}'; only NaN is supported");
        if (part.Find("add_indicator")?.Flag() == true) throw new NotSupportedException("its SimpleImputer has add_indicator, which is not supported");
        var statistics = part["statistics_"].Array().Numbers();
        if (statistics.Length != features || !statistics.All(double.IsFinite)) throw new NotSupportedException("its SimpleImputer removes features without values, which is not supported");
        return [new(PreprocessingKind.Fill, statistics)];
    }

    private static PreprocessingStep[] Clip(double least, double most, int features)
        => [new(PreprocessingKind.AtLeast, [.. Enumerable.Repeat(least, features)]), new(PreprocessingKind.AtMost, [.. Enumerable.Repeat(most, features)])];

    private static double[] Positive(PickleField field, int features)
    {
        var values = field.Array().Finite(features);
        return values.All(value => value > 0) ? values : throw new PickleException($"{field.Path} should have numbers above 0");
    }
}
