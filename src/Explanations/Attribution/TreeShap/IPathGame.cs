namespace InferenceServices.Explanations.Attribution.TreeShap;

/// <summary>The game of a path's features: what is left of its leaf, as a part of 1, when only some of them are known. The Shapley values of a tree are those of its leaves' games.</summary>
internal interface IPathGame
{
    /// <summary>What is left when none is known.</summary>
    double Expectation { get; }

    /// <summary>Shapley values.</summary>
    /// <param name="satisfied">The places whose conditions the row satisfies.</param>
    /// <param name="attributions">Receives one for each place.</param>
    void Attribute(ulong satisfied, Span<double> attributions);

    /// <summary>Shapley interaction values, halved between the two of a pair.</summary>
    /// <param name="satisfied">See <see cref="Attribute"/>.</param>
    /// <param name="interactions">Receives [place][place]; the diagonal is zero.</param>
    void Interact(ulong satisfied, Span<double> interactions);
}
