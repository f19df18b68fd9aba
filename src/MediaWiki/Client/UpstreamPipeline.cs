using System.Threading.RateLimiting;
using InferenceServices.MediaWiki.Wikis;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Retry;
using Polly.Timeout;

namespace InferenceServices.MediaWiki.Client;

/// <summary>How a wiki is called: retries → a place among the calls under way → circuit breaker → time-out. Nothing is ever sent twice at once.</summary>
internal static class UpstreamPipeline
{
    private static readonly TimeSpan BreakerWindow = TimeSpan.FromSeconds(30);

    /// <summary>The pipeline one wiki's calls share.</summary>
    /// <param name="wiki">Which.</param>
    /// <param name="options">How often and how long.</param>
    /// <param name="limiter">Shared by all wikis at one host.</param>
    /// <param name="time">Counts the waits.</param>
    /// <param name="logger">Told of wikis that are left alone.</param>
    public static ResiliencePipeline Of(Wiki wiki, MediaWikiOptions options, ConcurrencyLimiter limiter, TimeProvider time, ILogger logger)
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.MaxRetries > 0) pipeline.AddRetry(Retries(options));
        var circuit = new CircuitBreakerStateProvider();
        pipeline.AddRateLimiter(new RateLimiterStrategyOptions
        {
            // Who will not be let through need not wait for a place; and whoever tries whether the wiki is back must not.
            RateLimiter = args => options.BreakerCalls > 0 && circuit.CircuitState == CircuitState.Open ? new(FreeLease.Instance) : limiter.AcquireAsync(1, args.Context.CancellationToken),
        });
        if (options.BreakerCalls > 0) pipeline.AddCircuitBreaker(Breaker(wiki.Domain, options, circuit, logger));
        pipeline.AddTimeout(options.CallTimeout);
        return pipeline.Build();
    }

    private static RetryStrategyOptions Retries(MediaWikiOptions options) => new()
    {
        MaxRetryAttempts = options.MaxRetries,
        Delay = TimeSpan.FromSeconds(options.RetryBaseDelaySeconds),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        // Polly asks after the last try too, which must not cost the budget anything.
        ShouldHandle = static args => new(Operation.Of(args.Context).MayRetry(args.Outcome, args.AttemptNumber)),
        DelayGenerator = static args => new(ErrorOf(args.Outcome)?.RetryAfter is { } wait && wait > TimeSpan.Zero ? wait : null),
    };

    // Inside of the places: a call that got none would count as one that went well, and a wiki that hangs would never be left alone.
    private static CircuitBreakerStrategyOptions Breaker(string domain, MediaWikiOptions options, CircuitBreakerStateProvider circuit, ILogger logger)
        => new()
        {
            FailureRatio = 0.5,
            MinimumThroughput = options.BreakerCalls,
            SamplingDuration = BreakerWindow,
            BreakDuration = TimeSpan.FromSeconds(options.BreakerSeconds),
            StateProvider = circuit,
            ShouldHandle = args => new(args.Outcome.Exception switch
            {
                TimeoutRejectedException => true,
                // A caller who left says nothing about the wiki; but a probe nobody waited for has not shown that it is back.
                OperationCanceledException => circuit.CircuitState == CircuitState.HalfOpen,
                _ => MediaWikiErrors.MayPass(ErrorOf(args.Outcome)),
            }),
            OnOpened = args =>
            {
                Log.WikiLeftAlone(logger, domain, args.BreakDuration.TotalSeconds);
                return default;
            },
            OnClosed = _ =>
            {
                Log.WikiBack(logger, domain);
                return default;
            },
        };

    private static MediaWikiError? ErrorOf(Outcome<object> outcome) => (outcome.Result as IMediaWikiResult)?.Error;
}
