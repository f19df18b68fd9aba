namespace InferenceServices.Explanations.Attribution.KernelShap;

/// <summary>Kernel SHAP: Shapley values as the coefficients of a weighted linear regression over coalitions. Exact when all coalitions are evaluated, otherwise estimated from a sample.</summary>
/// <remarks>
/// Source: Lundberg and Lee 2017, "A unified approach to interpreting model predictions", §4.1; sampling of each coalition with its complement: Covert and Lee 2021, "Improving KernelSHAP".
/// Standard errors are those of the regression with each pair as a cluster (Liang and Zeger 1986): they are valid although the function is not linear.
/// </remarks>
public static class KernelShap
{
    /// <summary>Estimates the attributions.</summary>
    /// <param name="function">A function of at least one feature.</param>
    /// <param name="budget">Limits. If they permit all coalitions, the result is exact.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <exception cref="Contracts.Errors.RequestTimeoutException">The deadline passed before the first estimate: 504.</exception>
    public static async ValueTask<AttributionResult> EstimateAsync(IValueFunction function, SamplingBudget budget, CancellationToken cancellationToken)
    {
        var features = function.FeatureCount;
        var ends = await budget.EvaluateAsync(function, [new bool[features], All(features)], cancellationToken);
        var (nothing, gain) = (ends[0], ends[1] - ends[0]);
        if (features == 1) return new AttributionResult(nothing, [gain], null, 2, IsExact: true, IsComplete: true);

        var random = new Random(budget.Seed);
        var sampler = CanEnumerate(features, budget.Samples) ? CoalitionSampler.Enumerate(features, random) : CoalitionSampler.Sample(features, Math.Max(features, (budget.Samples - 2) / 2), random);
        var regression = new CoalitionRegression(features, gain);
        var isComplete = true;
        var pace = budget.PaceOf(function);
        using var samples = sampler.Pairs.GetEnumerator();
        while (pace.Take(samples, perElement: 2) is { Count: > 0 } pairs)
        {
            var coalitions = new bool[pairs.Count * 2][];
            for (var pair = 0; pair < pairs.Count; pair++) (coalitions[2 * pair], coalitions[2 * pair + 1]) = (pairs[pair].Coalition, CoalitionSampler.Complement(pairs[pair].Coalition));
            if (await budget.TryEvaluateAsync(function, coalitions, pace, cancellationToken) is not { } scores)
            {
                isComplete = false;
                break;
            }
            for (var pair = 0; pair < pairs.Count; pair++)
                regression.Add(coalitions[2 * pair], scores[2 * pair] - nothing, coalitions[2 * pair + 1], scores[2 * pair + 1] - nothing, pairs[pair].Weight);
        }
        if (regression.Pairs == 0) throw new Contracts.Errors.RequestTimeoutException(budget.Limit);
        var isExact = sampler.IsExhaustive && isComplete;
        var (values, errors) = regression.Solve(withErrors: !isExact, cancellationToken);
        return new AttributionResult(nothing, values, errors, 2 + 2 * regression.Pairs, isExact, isComplete);
    }

    /// <summary>Returns whether the number of all coalitions is within the number of samples.</summary>
    public static bool CanEnumerate(int features, int samples) => features < 31 && 1L << features <= samples;

    private static bool[] All(int features)
    {
        var all = new bool[features];
        Array.Fill(all, true);
        return all;
    }
}
