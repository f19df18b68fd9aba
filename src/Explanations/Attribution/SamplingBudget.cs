using InferenceServices.Contracts.Errors;

namespace InferenceServices.Explanations.Attribution;

/// <summary>Limits of the coalitions that are evaluated for one explanation.</summary>
/// <param name="Samples">Maximum number of coalitions.</param>
/// <param name="Seed">Seed of the random samples.</param>
/// <param name="Deadline">Time limit of the explanation.</param>
/// <param name="TimeUp">Is cancelled when <paramref name="Deadline"/> has passed.</param>
public sealed record SamplingBudget(int Samples, int Seed, TimeSpan Deadline, CancellationToken TimeUp)
{
    /// <summary>Evaluates coalitions that the result requires.</summary>
    /// <exception cref="RequestTimeoutException">The deadline has passed: 504.</exception>
    internal async ValueTask<double[]> EvaluateAsync(IValueFunction function, IReadOnlyList<bool[]> coalitions, CancellationToken cancellationToken)
        => await TryEvaluateAsync(function, coalitions, cancellationToken) ?? throw new RequestTimeoutException(Deadline);

    /// <summary>Evaluates coalitions that improve the estimate.</summary>
    /// <returns>Scores, by coalition; null when the deadline has passed.</returns>
    internal async ValueTask<double[]?> TryEvaluateAsync(IValueFunction function, IReadOnlyList<bool[]> coalitions, CancellationToken cancellationToken)
    {
        if (TimeUp.IsCancellationRequested) return null;
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(TimeUp, cancellationToken);
        try
        {
            return await function.EvaluateAsync(coalitions, linked.Token);
        }
        catch (OperationCanceledException) when (TimeUp.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
