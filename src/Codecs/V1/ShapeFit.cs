using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Codecs.V1;

/// <summary>What V1's shapes, found from nesting alone, leave open.</summary>
internal static class ShapeFit
{
    /// <summary>
    /// Adds the trailing axis of length one that column models declare and callers leave out, and the axes that an empty list cannot show.
    /// Any other difference is left for the model's own check to refuse.
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
