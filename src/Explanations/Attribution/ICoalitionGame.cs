namespace InferenceServices.Explanations.Attribution;

/// <summary>A model's score as a game of what it is told: the players are features, or words; a coalition is what of them is left.</summary>
public interface ICoalitionGame
{
    /// <summary>How many players there are.</summary>
    int PlayerCount { get; }

    /// <summary>Coalitions that cost no more together than they do alone: one call of the predictor takes as many.</summary>
    int CoalitionsPerCall { get; }

    /// <summary>Plays.</summary>
    /// <param name="coalitions">By player: whether it is there.</param>
    /// <param name="cancellationToken">The caller has gone away, or the time is up.</param>
    /// <returns>What each coalition scores.</returns>
    ValueTask<double[]> PlayAsync(IReadOnlyList<bool[]> coalitions, CancellationToken cancellationToken);
}
