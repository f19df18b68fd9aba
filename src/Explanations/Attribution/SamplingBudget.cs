using InferenceServices.Contracts.Errors;

namespace InferenceServices.Explanations.Attribution;

/// <summary>How much may be played for one explanation.</summary>
/// <param name="Samples">Coalitions at most.</param>
/// <param name="Seed">The same seed draws the same coalitions.</param>
/// <param name="Deadline">From the beginning of the explanation.</param>
/// <param name="TimeUp">Fires when <paramref name="Deadline"/> has passed.</param>
public sealed record SamplingBudget(int Samples, int Seed, TimeSpan Deadline, CancellationToken TimeUp)
{
    /// <summary>Plays what there is no answer without.</summary>
    /// <exception cref="RequestTimeoutException">The time is up: 504.</exception>
    public async ValueTask<double[]> PlayAsync(ICoalitionGame game, IReadOnlyList<bool[]> coalitions, CancellationToken cancellationToken)
        => await TryPlayAsync(game, coalitions, cancellationToken) ?? throw new RequestTimeoutException(Deadline);

    /// <summary>Plays what makes the answer better.</summary>
    /// <returns>Null: the time is up.</returns>
    public async ValueTask<double[]?> TryPlayAsync(ICoalitionGame game, IReadOnlyList<bool[]> coalitions, CancellationToken cancellationToken)
    {
        if (TimeUp.IsCancellationRequested) return null;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(TimeUp, cancellationToken);
        try
        {
            return await game.PlayAsync(coalitions, either.Token);
        }
        catch (OperationCanceledException) when (TimeUp.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
