namespace InferenceServices.Explanations.Attribution.Permutation;

/// <summary>Shapley values as the mean of what each player adds when all come one after the other, in random orders and their reverses.</summary>
/// <remarks>Source: Mitchell et al. 2022, "Sampling permutations for Shapley value estimation", antithetic sampling. It takes less memory than a regression when players are many.</remarks>
public static class PermutationShap
{
    /// <param name="game">At least one player.</param>
    /// <param name="budget">An order and its reverse take twice as many coalitions as there are players; one is always begun.</param>
    /// <param name="cancellationToken">The caller has gone away.</param>
    /// <exception cref="Contracts.Errors.RequestTimeoutException">The time was up before the first order: 504.</exception>
    public static async ValueTask<AttributionResult> EstimateAsync(ICoalitionGame game, SamplingBudget budget, CancellationToken cancellationToken)
    {
        var players = game.PlayerCount;
        var all = new bool[players];
        Array.Fill(all, true);
        var ends = await budget.PlayAsync(game, [new bool[players], all], cancellationToken);
        if (players == 1) return new AttributionResult(ends[0], [ends[1] - ends[0]], null, 2, IsExact: true, IsComplete: true);

        var random = new Random(budget.Seed);
        var (sums, squares, added) = (new double[players], new double[players], new double[players]);
        var perPair = 2 * (players - 1);
        var wanted = Math.Max(1, (budget.Samples - 2) / perPair);
        var perCall = Math.Max(1, game.CoalitionsPerCall / perPair);
        var played = 0;
        while (played < wanted)
        {
            var orders = Enumerable.Range(0, Math.Min(perCall, wanted - played)).Select(_ => Order(players, random)).ToArray();
            if (await budget.TryPlayAsync(game, [.. orders.SelectMany(Steps)], cancellationToken) is not { } scores) break;
            for (var index = 0; index < orders.Length; index++, played++)
            {
                Array.Clear(added);
                var steps = scores.AsSpan(index * perPair, perPair);
                AddSteps(orders[index], ends, steps[..(players - 1)], added);
                orders[index].AsSpan().Reverse();
                AddSteps(orders[index], ends, steps[(players - 1)..], added);
                for (var player = 0; player < players; player++)
                {
                    sums[player] += added[player] / 2;
                    squares[player] += added[player] / 2 * (added[player] / 2);
                }
            }
        }
        if (played == 0) throw new Contracts.Errors.RequestTimeoutException(budget.Deadline);
        var values = Array.ConvertAll(sums, sum => sum / played);
        var errors = played < 2 ? null : squares.Select((square, player) => Math.Sqrt(Math.Max(0, square / played - values[player] * values[player]) / (played - 1))).ToArray();
        return new AttributionResult(ends[0], values, errors, 2 + played * perPair, IsExact: false, IsComplete: played == wanted);
    }

    private static int[] Order(int players, Random random)
    {
        var order = Enumerable.Range(0, players).ToArray();
        random.Shuffle(order);
        return order;
    }

    // Those who have come, one more each time; neither nobody nor all.
    private static IEnumerable<bool[]> Steps(int[] order) => Walk(order).Concat(Walk([.. order.Reverse()]));

    private static IEnumerable<bool[]> Walk(int[] order)
    {
        var here = new bool[order.Length];
        foreach (var player in order.SkipLast(1))
        {
            here[player] = true;
            yield return (bool[])here.Clone();
        }
    }

    private static void AddSteps(int[] order, double[] ends, ReadOnlySpan<double> steps, double[] added)
    {
        var before = ends[0];
        for (var place = 0; place < order.Length; place++)
        {
            var after = place < steps.Length ? steps[place] : ends[1];
            added[order[place]] += after - before;
            before = after;
        }
    }
}
