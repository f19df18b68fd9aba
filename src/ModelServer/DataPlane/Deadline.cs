using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.ModelServer.DataPlane;

/// <summary>Ends what takes too long: it leaves the queue, its run is ended, its caller gets 504.</summary>
internal static class Deadline
{
    // Timers count milliseconds in 32 bits.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    /// <summary>How long a V2 request may take: what it asks for in <c>parameters.timeout</c>, in microseconds, but no longer than the server allows.</summary>
    /// <param name="request">0 or no parameter asks for nothing.</param>
    /// <param name="allowed">By the server; infinite for no limit.</param>
    /// <exception cref="InvalidInputException">Not a whole number, or less than 0: 400.</exception>
    /// <remarks>Triton reads the parameter of this name so, and its clients' <c>timeout</c> sends it.</remarks>
    public static TimeSpan Of(InferRequest request, TimeSpan allowed)
    {
        if (request.Parameters is not { } parameters || !parameters.TryGetValue("timeout", out var given)) return allowed;
        if (given.Whole is not (>= 0 and var microseconds))
            throw new InvalidInputException("parameters.timeout should be a whole number of microseconds, 0 or more");
        if (microseconds == 0) return allowed;
        var asked = microseconds < Longest.Ticks / TimeSpan.TicksPerMicrosecond ? TimeSpan.FromMicroseconds(microseconds) : Longest;
        return allowed == Timeout.InfiniteTimeSpan || asked < allowed ? asked : allowed;
    }

    /// <summary>Runs something within a time.</summary>
    /// <exception cref="RequestTimeoutException">It took longer: 504.</exception>
    public static ValueTask<T> RunAsync<TState, T>(
        TimeSpan timeout, TState state, Func<TState, CancellationToken, ValueTask<T>> run, CancellationToken cancellationToken)
        => timeout == Timeout.InfiniteTimeSpan ? run(state, cancellationToken) : RunTimedAsync(timeout, state, run, cancellationToken);

    private static async ValueTask<T> RunTimedAsync<TState, T>(
        TimeSpan timeout, TState state, Func<TState, CancellationToken, ValueTask<T>> run, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        either.CancelAfter(timeout);
        try
        {
            return await run(state, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RequestTimeoutException(timeout);
        }
    }
}
