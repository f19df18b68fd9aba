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
    /// <summary>The budget of the whole request, of which this is the part of one row; null if there is one row. Limits what each row requires.</summary>
    internal SamplingBudget? Whole { get; init; }

    /// <summary>Time limit of the request, for errors.</summary>
    internal TimeSpan Limit => Whole?.Deadline ?? Deadline;

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
        => (Whole ?? this).RunAsync(token => function.EvaluateAsync(coalitions, token), cancellationToken);

    /// <summary>Evaluates coalitions that improve the estimate. There is no estimate without the first call, which may take longer than the part of a row.</summary>
    /// <returns>Scores, by coalition; null when the deadline has passed.</returns>
    internal async ValueTask<double[]?> TryEvaluateAsync(IValueFunction function, IReadOnlyList<bool[]> coalitions, CallPace pace, CancellationToken cancellationToken)
    {
        var budget = pace.HasRun ? this : Whole ?? this;
        try
        {
            var started = Stopwatch.GetTimestamp();
            var scores = await budget.RunAsync(token => function.EvaluateAsync(coalitions, token), cancellationToken);
            pace.Record(Stopwatch.GetElapsedTime(started));
            return scores;
        }
        catch (RequestTimeoutException) when (budget.TimeUp.IsCancellationRequested)
        {
            return null;
        }
    }
}
