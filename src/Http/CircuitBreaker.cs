using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace InferenceServices.Http;

/// <summary>Circuit breaker settings shared by all HTTP clients: opens when half of the calls within 30 seconds fail.</summary>
public static class CircuitBreaker
{
    private static readonly TimeSpan SamplingDuration = TimeSpan.FromSeconds(30);

    /// <summary>Creates the options of a circuit breaker.</summary>
    /// <param name="minimumCalls">Minimum calls within 30 seconds before the circuit opens, 2 or more.</param>
    /// <param name="breakDuration">How long the circuit stays open.</param>
    /// <param name="state">Receives the state of the circuit.</param>
    /// <param name="isFailure">Returns whether an outcome is a failure of the server. Timeouts always are; cancellations never reach the function.</param>
    /// <param name="onOpened">Called when the circuit opens.</param>
    /// <param name="onClosed">Called when the circuit closes.</param>
    public static CircuitBreakerStrategyOptions CreateOptions(
        int minimumCalls, TimeSpan breakDuration, CircuitBreakerStateProvider state, Func<Outcome<object>, bool> isFailure, Action<TimeSpan> onOpened, Action onClosed)
        => new()
        {
            FailureRatio = 0.5,
            MinimumThroughput = minimumCalls,
            SamplingDuration = SamplingDuration,
            BreakDuration = breakDuration,
            StateProvider = state,
            ShouldHandle = args => new(args.Outcome.Exception switch
            {
                TimeoutRejectedException => true,
                // Cancellation by the caller says nothing about the server, but a cancelled probe must not close the circuit.
                OperationCanceledException => state.CircuitState == CircuitState.HalfOpen,
                _ => isFailure(args.Outcome),
            }),
            OnOpened = args =>
            {
                onOpened(args.BreakDuration);
                return default;
            },
            OnClosed = _ =>
            {
                onClosed();
                return default;
            },
        };
}
