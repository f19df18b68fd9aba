using InferenceServices.Contracts.Tensors;
using InferenceServices.RevisionFeatures;

namespace InferenceServices.Services.Revscoring;

/// <summary>Feature values of one revision.</summary>
/// <param name="Values">Model input.</param>
/// <param name="Base">Base feature values by name; null if not requested.</param>
internal sealed record FeatureVector(double[] Values, Dictionary<string, FeatureValue>? Base)
{
    public static FeatureVector Of(FeatureList features, FeatureSolution solution, bool showsBase)
        => new(
            features.ValuesOf(solution),
            showsBase ? features.BaseFeatures.ToDictionary(feature => feature.FullName, solution.Get, StringComparer.Ordinal) : null);

    /// <summary>Returns the model input, shape [1, features].</summary>
    /// <param name="datatype">FP32 or FP64.</param>
    public Tensor ToTensor(Datatype datatype)
    {
        var shape = new Shape(1, Values.Length);
        return datatype == Datatype.Fp64 ? Tensor.Of<double>(datatype, shape, Values) : Tensor.Of<float>(datatype, shape, [.. Values.Select(value => (float)value)]);
    }
}
