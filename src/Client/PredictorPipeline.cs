using InferenceServices.Http;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace InferenceServices.Client;

/// <summary>How often and how long the predictor is tried: circuit breaker → total time-out → retries.</summary>
internal static class PredictorPipeline
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    /// <summary>The pipeline one predictor's requests share.</summary>
    public static ResiliencePipeline Of(PredictorClientOptions options, RetryBudget budget, TimeProvider time, ILogger logger)
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.PredictorBreakerRequests > 0) pipeline.AddCircuitBreaker(Breaker(options, logger));
        pipeline.AddTimeout(TimeSpan.FromSeconds(options.PredictorRequestTimeoutSeconds));
        if (options.PredictorRequestRetries > 0) pipeline.AddRetry(Retries(options.PredictorRequestRetries, budget));
        return pipeline.Build();
    }

    /// <summary>Whether a connection did not come about, so that the predictor cannot have seen the request.</summary>
    public static bool IsConnectFailure(Exception? exception)
        => exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    // Only a connection that failed is tried again: asking twice for an answer doubles the load on a predictor in trouble.
    private static RetryStrategyOptions Retries(int retries, RetryBudget budget) => new()
    {
        MaxRetryAttempts = retries,
        Delay = FirstDelay,
        MaxDelay = LongestDelay,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        // Polly asks after the last try too, which must not cost the budget anything.
        ShouldHandle = args => new(IsConnectFailure(args.Outcome.Exception) && args.AttemptNumber < retries && budget.TryAcquireRetry()),
    };

    private static CircuitBreakerStrategyOptions Breaker(PredictorClientOptions options, ILogger logger)
        => CircuitBreaker.CreateOptions(
            options.PredictorBreakerRequests,
            TimeSpan.FromSeconds(options.PredictorBreakerSeconds),
            new CircuitBreakerStateProvider(),
            outcome => IsConnectFailure(outcome.Exception) || outcome.Exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError },
            breakDuration => Log.CircuitOpened(logger, options.PredictorHost!, breakDuration.TotalSeconds),
            () => Log.CircuitClosed(logger, options.PredictorHost!));
}
