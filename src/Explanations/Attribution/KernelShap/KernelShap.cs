namespace InferenceServices.Explanations.Attribution.KernelShap;

/// <summary>Shapley values as the coefficients of a weighted linear regression over coalitions: exact when all of them are played, else estimated from a sample.</summary>
/// <remarks>
/// Source: Lundberg and Lee 2017, "A unified approach to interpreting model predictions", §4.1; drawing each coalition with its complement: Covert and Lee 2021, "Improving KernelSHAP".
/// Standard errors are those of the regression with each pair as a cluster (Liang and Zeger 1986): they hold although the game is not linear.
/// </remarks>
public static class KernelShap
{
    // Enough for the first errors to mean something, and less than what most predictors take at once.
    private const int LeastPairsPerCall = 32;

    /// <param name="game">At least one player.</param>
    /// <param name="budget">When all coalitions are within it, all are played.</param>
    /// <param name="cancellationToken">The caller has gone away.</param>
    /// <exception cref="Contracts.Errors.RequestTimeoutException">The time was up before anything could be said: 504.</exception>
    public static async ValueTask<AttributionResult> EstimateAsync(ICoalitionGame game, SamplingBudget budget, CancellationToken cancellationToken)
    {
        var players = game.PlayerCount;
        var ends = await budget.PlayAsync(game, [new bool[players], All(players)], cancellationToken);
        var (nothing, gain) = (ends[0], ends[1] - ends[0]);
        if (players == 1) return new AttributionResult(nothing, [gain], null, 2, IsExact: true, IsComplete: true);

        var random = new Random(budget.Seed);
        var draws = CanEnumerate(players, budget.Samples) ? CoalitionDraws.All(players, random) : CoalitionDraws.Sample(players, Math.Max(players, (budget.Samples - 2) / 2), random);
        var regression = new CoalitionRegression(players, gain);
        var isComplete = true;
        var perCall = Math.Max(LeastPairsPerCall, game.CoalitionsPerCall / 2);
        foreach (var pairs in draws.Pairs.Chunk(perCall))
        {
            var coalitions = new bool[pairs.Length * 2][];
            for (var pair = 0; pair < pairs.Length; pair++) (coalitions[2 * pair], coalitions[2 * pair + 1]) = (pairs[pair].Coalition, CoalitionDraws.Complement(pairs[pair].Coalition));
            if (await budget.TryPlayAsync(game, coalitions, cancellationToken) is not { } scores)
            {
                isComplete = false;
                break;
            }
            for (var pair = 0; pair < pairs.Length; pair++)
                regression.Add(coalitions[2 * pair], scores[2 * pair] - nothing, coalitions[2 * pair + 1], scores[2 * pair + 1] - nothing, pairs[pair].Weight);
        }
        if (regression.Pairs == 0) throw new Contracts.Errors.RequestTimeoutException(budget.Deadline);
        var isExact = draws.AreAll && isComplete;
        var (values, errors) = regression.Solve();
        return new AttributionResult(nothing, values, isExact ? null : errors, 2 + 2 * regression.Pairs, isExact, isComplete);
    }

    /// <summary>Whether all coalitions are no more than so many.</summary>
    public static bool CanEnumerate(int players, int samples) => players < 31 && 1L << players <= samples;

    private static bool[] All(int players)
    {
        var all = new bool[players];
        Array.Fill(all, true);
        return all;
    }
}
