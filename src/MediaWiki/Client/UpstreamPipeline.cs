using System.Threading.RateLimiting;
using InferenceServices.MediaWiki.Wikis;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Retry;
using Polly.Timeout;

namespace InferenceServices.MediaWiki.Client;

/// <summary>How a wiki is called: retries → circuit breaker → a place among the calls under way → time-out. Nothing is ever sent twice at once.</summary>
internal static partial class UpstreamPipeline
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
        if (options.BreakerCalls > 0) pipeline.AddCircuitBreaker(Breaker(wiki.Domain, options, logger));
        pipeline.AddRateLimiter(new RateLimiterStrategyOptions { RateLimiter = args => limiter.AcquireAsync(1, args.Context.CancellationToken) });
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

    private static CircuitBreakerStrategyOptions Breaker(string domain, MediaWikiOptions options, ILogger logger)
    {
        var state = new CircuitBreakerStateProvider();
        return new CircuitBreakerStrategyOptions
        {
            FailureRatio = 0.5,
            MinimumThroughput = options.BreakerCalls,
            SamplingDuration = BreakerWindow,
            BreakDuration = TimeSpan.FromSeconds(options.BreakerSeconds),
            StateProvider = state,
            ShouldHandle = args => new(args.Outcome.Exception switch
            {
                TimeoutRejectedException => true,
                // A caller who left, or calls of ours that are too many, say nothing about the wiki; but a probe that told nothing has not shown that it is back.
                OperationCanceledException or RateLimiterRejectedException => state.CircuitState == CircuitState.HalfOpen,
                _ => MediaWikiErrors.MayPass(ErrorOf(args.Outcome)),
            }),
            OnOpened = args =>
            {
                Log.LeftAlone(logger, domain, args.BreakDuration.TotalSeconds);
                return default;
            },
            OnClosed = _ =>
            {
                Log.Back(logger, domain);
                return default;
            },
        };
    }

    private static MediaWikiError? ErrorOf(Outcome<object> outcome) => (outcome.Result as IMediaWikiResult)?.Error;

    private static partial class Log
    {
        [LoggerMessage(EventIds.WikiLeftAlone, LogLevel.Warning, "{Domain} fails or is too slow; it is not asked for {Seconds} s.")]
        public static partial void LeftAlone(ILogger logger, string domain, double seconds);

        [LoggerMessage(EventIds.WikiBack, LogLevel.Information, "{Domain} answers again.")]
        public static partial void Back(ILogger logger, string domain);
    }
}
