using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V1;

/// <summary>Completes shapes of V1 inputs, which are inferred from the nesting.</summary>
internal static class ShapeFit
{
    /// <summary>
    /// Adds a trailing axis of length one that the model declares and clients omit, and the axes that an empty list does not show.
    /// Other differences are left to the check of the model's signature.
    /// </summary>
    public static Shape FitTo(this Shape found, TensorMetadata declared)
    {
        var rank = declared.Shape.Rank;
        if (found.Rank == rank - 1 && found.Rank > 0 && declared.Shape[rank - 1] == 1)
            return new Shape([.. found.ToArray(), 1]);
        if (found.Rank == 1 && rank > 1 && found[0] == 0)
            return new Shape([0, .. declared.Shape.ToArray().Skip(1).Select(dim => Math.Max(dim, 1))]);
        return found;
    }
}
