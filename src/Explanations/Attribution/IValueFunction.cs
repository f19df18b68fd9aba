namespace InferenceServices.Explanations.Attribution;

/// <summary>
/// The value function of a coalition game: the model's score when only a coalition of features is known. Features are columns of a table or parts of a text.
/// </summary>
public interface IValueFunction
{
    /// <summary>Number of features; 1 or more.</summary>
    int FeatureCount { get; }

    /// <summary>Preferred number of coalitions per call.</summary>
    int CoalitionsPerCall { get; }

    /// <summary>Evaluates the score of each coalition.</summary>
    /// <param name="coalitions">By coalition, then by feature: whether the feature is known.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <returns>Scores, by coalition.</returns>
    ValueTask<double[]> EvaluateAsync(IReadOnlyList<bool[]> coalitions, CancellationToken cancellationToken);
}
