namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>Attributes a leaf to the features on its path. The value of a coalition is the probability of reaching the leaf when only these features are known. The Shapley values of a tree are the sums over its leaves.</summary>
internal interface IPathAttributor
{
    /// <summary>Probability of reaching the leaf when no feature is known.</summary>
    double Expectation { get; }

    /// <summary>Computes Shapley values.</summary>
    /// <param name="satisfied">Positions whose conditions the row satisfies, as a bit set.</param>
    /// <param name="attributions">Receives one value per position.</param>
    void Attribute(ulong satisfied, Span<double> attributions);

    /// <summary>Computes Shapley interaction values, each split evenly between the two features of a pair.</summary>
    /// <param name="satisfied">See <see cref="Attribute"/>.</param>
    /// <param name="interactions">Receives [position][position]; the diagonal is zero.</param>
    void Interact(ulong satisfied, Span<double> interactions);
}
