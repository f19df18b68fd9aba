using System.Diagnostics;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Explanations.Attribution;

/// <summary>Limits of the coalitions that are evaluated for one explanation.</summary>
/// <param name="Samples">Maximum number of coalitions.</param>
/// <param name="Seed">Seed of the random samples.</param>
/// <param name="Deadline">Time limit of the explanation.</param>
/// <param name="TimeUp">Is cancelled when <paramref name="Deadline"/> has passed.</param>
public sealed record SamplingBudget(int Samples, int Seed, TimeSpan Deadline, CancellationToken TimeUp)
{
    /// <summary>Creates the pace of the calls of a function.</summary>
    internal CallPace PaceOf(IValueFunction function) => new(Deadline, Math.Max(1, function.CoalitionsPerCall));

    /// <summary>Runs a step that the result requires.</summary>
    /// <exception cref="RequestTimeoutException">The deadline has passed: 504.</exception>
    internal async ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> step, CancellationToken cancellationToken)
    {
        if (TimeUp.IsCancellationRequested) throw new RequestTimeoutException(Deadline);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(TimeUp, cancellationToken);
        try
        {
            return await step(linked.Token);
        }
        catch (OperationCanceledException) when (TimeUp.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RequestTimeoutException(Deadline);
        }
    }

    /// <summary>Evaluates coalitions that the result requires.</summary>
    /// <exception cref="RequestTimeoutException">The deadline has passed: 504.</exception>
    internal ValueTask<double[]> EvaluateAsync(IValueFunction function, IReadOnlyList<bool[]> coalitions, CancellationToken cancellationToken)
        => RunAsync(token => function.EvaluateAsync(coalitions, token), cancellationToken);

    /// <summary>Evaluates coalitions that improve the estimate.</summary>
    /// <returns>Scores, by coalition; null when the deadline has passed.</returns>
    internal async ValueTask<double[]?> TryEvaluateAsync(IValueFunction function, IReadOnlyList<bool[]> coalitions, CallPace pace, CancellationToken cancellationToken)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            var scores = await EvaluateAsync(function, coalitions, cancellationToken);
            pace.Record(Stopwatch.GetElapsedTime(started));
            return scores;
        }
        catch (RequestTimeoutException) when (TimeUp.IsCancellationRequested)
        {
            return null;
        }
    }
}
