using InferenceServices.Contracts.Errors;

namespace InferenceServices.Explanations.Attribution.Occlusion;

/// <summary>Leave-one-out attributions: the decrease of the score when one feature is removed. Of two redundant features, both get a small attribution.</summary>
public static class LeaveOneOut
{
    /// <summary>Computes the attributions.</summary>
    /// <param name="function">A function of at least one feature.</param>
    /// <param name="budget">Limits. Only the deadline applies; features that were not evaluated before have the attribution 0.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <exception cref="RequestTimeoutException">The deadline passed before the first feature: 504.</exception>
    public static async ValueTask<AttributionResult> ComputeAsync(IValueFunction function, SamplingBudget budget, CancellationToken cancellationToken)
    {
        var features = function.FeatureCount;
        var ends = await budget.EvaluateAsync(function, [new bool[features], Without(features, removed: -1)], cancellationToken);
        var (values, evaluated) = (new double[features], 0);
        var pace = budget.PaceOf(function);
        using var coalitions = Enumerable.Range(0, features).Select(removed => Without(features, removed)).GetEnumerator();
        while (pace.Take(coalitions) is { Count: > 0 } call)
        {
            if (await budget.TryEvaluateAsync(function, call, pace, cancellationToken) is not { } scores) break;
            foreach (var score in scores) values[evaluated++] = ends[1] - score;
        }
        if (evaluated == 0) throw new RequestTimeoutException(budget.Limit);
        return new AttributionResult(ends[0], values, null, 2 + evaluated, IsExact: evaluated == features, IsComplete: evaluated == features);
    }

    private static bool[] Without(int features, int removed)
    {
        var coalition = new bool[features];
        Array.Fill(coalition, true);
        if (removed >= 0) coalition[removed] = false;
        return coalition;
    }
}
