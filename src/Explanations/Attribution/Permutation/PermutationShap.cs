namespace InferenceServices.Explanations.Attribution.Permutation;

/// <summary>Estimates Shapley values from random permutations and their reverses: the mean of the change of the score when each feature is added.</summary>
/// <remarks>Source: Mitchell et al. 2022, "Sampling permutations for Shapley value estimation", antithetic sampling. Needs less memory than a regression for many features.</remarks>
public static class PermutationShap
{
    /// <summary>Estimates the attributions.</summary>
    /// <param name="function">A function of at least one feature.</param>
    /// <param name="budget">Limits. A permutation and its reverse take about two coalitions per feature; at least one pair is evaluated.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <exception cref="Contracts.Errors.RequestTimeoutException">The deadline passed before the first pair of permutations: 504.</exception>
    public static async ValueTask<AttributionResult> EstimateAsync(IValueFunction function, SamplingBudget budget, CancellationToken cancellationToken)
    {
        var features = function.FeatureCount;
        var all = new bool[features];
        Array.Fill(all, true);
        var ends = await budget.EvaluateAsync(function, [new bool[features], all], cancellationToken);
        if (features == 1) return new AttributionResult(ends[0], [ends[1] - ends[0]], null, 2, IsExact: true, IsComplete: true);

        var random = new Random(budget.Seed);
        var (sums, squares, added) = (new double[features], new double[features], new double[features]);
        var perPair = 2 * (features - 1);
        var requested = Math.Max(1, (budget.Samples - 2) / perPair);
        var perCall = Math.Max(1, function.CoalitionsPerCall / perPair);
        var evaluated = 0;
        while (evaluated < requested)
        {
            var orders = Enumerable.Range(0, Math.Min(perCall, requested - evaluated)).Select(_ => Order(features, random)).ToArray();
            if (await budget.TryEvaluateAsync(function, [.. orders.SelectMany(Steps)], cancellationToken) is not { } scores) break;
            for (var index = 0; index < orders.Length; index++, evaluated++)
            {
                Array.Clear(added);
                var steps = scores.AsSpan(index * perPair, perPair);
                AddSteps(orders[index], ends, steps[..(features - 1)], added);
                orders[index].AsSpan().Reverse();
                AddSteps(orders[index], ends, steps[(features - 1)..], added);
                for (var feature = 0; feature < features; feature++)
                {
                    sums[feature] += added[feature] / 2;
                    squares[feature] += added[feature] / 2 * (added[feature] / 2);
                }
            }
        }
        if (evaluated == 0) throw new Contracts.Errors.RequestTimeoutException(budget.Deadline);
        var values = Array.ConvertAll(sums, sum => sum / evaluated);
        var errors = evaluated < 2 ? null : squares.Select((square, feature) => Math.Sqrt(Math.Max(0, square / evaluated - values[feature] * values[feature]) / (evaluated - 1))).ToArray();
        return new AttributionResult(ends[0], values, errors, 2 + evaluated * perPair, IsExact: false, IsComplete: evaluated == requested);
    }

    private static int[] Order(int features, Random random)
    {
        var order = Enumerable.Range(0, features).ToArray();
        random.Shuffle(order);
        return order;
    }

    // Coalitions that grow by one feature, without the empty and the full coalition.
    private static IEnumerable<bool[]> Steps(int[] order) => Walk(order).Concat(Walk([.. order.Reverse()]));

    private static IEnumerable<bool[]> Walk(int[] order)
    {
        var coalition = new bool[order.Length];
        foreach (var feature in order.SkipLast(1))
        {
            coalition[feature] = true;
            yield return (bool[])coalition.Clone();
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
