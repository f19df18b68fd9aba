namespace InferenceServices.Explanations.Attribution.Occlusion;

/// <summary>What the score loses without a player, all others being there. It says what this one alone decides: of two words that say the same, neither.</summary>
public static class LeaveOneOut
{
    /// <param name="game">At least one player.</param>
    /// <param name="budget">Only its time counts.</param>
    /// <param name="cancellationToken">The caller has gone away.</param>
    /// <exception cref="Contracts.Errors.RequestTimeoutException">The time was up: 504.</exception>
    public static async ValueTask<AttributionResult> ComputeAsync(ICoalitionGame game, SamplingBudget budget, CancellationToken cancellationToken)
    {
        var players = game.PlayerCount;
        var coalitions = new bool[players + 2][];
        for (var left = 0; left < players + 1; left++)
        {
            coalitions[left] = new bool[players];
            Array.Fill(coalitions[left], true);
            if (left < players) coalitions[left][left] = false;
        }
        coalitions[players + 1] = new bool[players];
        var scores = await budget.PlayAsync(game, coalitions, cancellationToken);
        return new AttributionResult(scores[players + 1], [.. scores.Take(players).Select(score => scores[players] - score)], null, coalitions.Length, IsExact: true, IsComplete: true);
    }
}
