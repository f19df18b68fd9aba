using InferenceServices.Http;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace InferenceServices.Client;

/// <summary>Builds the resilience pipeline of a predictor: circuit breaker, then total timeout, then retries.</summary>
internal static class PredictorPipeline
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    /// <summary>Creates the pipeline that the requests to one predictor share.</summary>
    public static ResiliencePipeline Of(PredictorClientOptions options, RetryBudget budget, TimeProvider time, ILogger logger)
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.PredictorBreakerRequests > 0) pipeline.AddCircuitBreaker(Breaker(options, logger));
        pipeline.AddTimeout(TimeSpan.FromSeconds(options.PredictorRequestTimeoutSeconds));
        if (options.PredictorRequestRetries > 0) pipeline.AddRetry(Retries(options.PredictorRequestRetries, budget));
        return pipeline.Build();
    }

    /// <summary>Returns whether the connection failed, so that the predictor has not received the request.</summary>
    public static bool IsConnectFailure(Exception? exception)
        => exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    // Only failed connections are retried: a retry of a slow request would double the load of an overloaded predictor.
    private static RetryStrategyOptions Retries(int retries, RetryBudget budget) => new()
    {
        MaxRetryAttempts = retries,
        Delay = FirstDelay,
        MaxDelay = LongestDelay,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        // Polly also calls this after the last attempt, which must not take a retry from the budget.
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
