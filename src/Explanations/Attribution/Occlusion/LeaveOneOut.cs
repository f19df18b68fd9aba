namespace InferenceServices.Explanations.Attribution.Occlusion;

/// <summary>Leave-one-out attributions: the decrease of the score when one feature is removed. Of two redundant features, both get a small attribution.</summary>
public static class LeaveOneOut
{
    /// <summary>Computes the attributions.</summary>
    /// <param name="function">A function of at least one feature.</param>
    /// <param name="budget">Limits. Only the deadline applies.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <exception cref="Contracts.Errors.RequestTimeoutException">The deadline passed: 504.</exception>
    public static async ValueTask<AttributionResult> ComputeAsync(IValueFunction function, SamplingBudget budget, CancellationToken cancellationToken)
    {
        var features = function.FeatureCount;
        var coalitions = new bool[features + 2][];
        for (var removed = 0; removed < features + 1; removed++)
        {
            coalitions[removed] = new bool[features];
            Array.Fill(coalitions[removed], true);
            if (removed < features) coalitions[removed][removed] = false;
        }
        coalitions[features + 1] = new bool[features];
        var scores = await budget.EvaluateAsync(function, coalitions, cancellationToken);
        return new AttributionResult(scores[features + 1], [.. scores.Take(features).Select(score => scores[features] - score)], null, coalitions.Length, IsExact: true, IsComplete: true);
    }
}
