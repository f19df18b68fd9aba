using System.Threading.RateLimiting;
using InferenceServices.Http;
using InferenceServices.MediaWiki.Wikis;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Retry;

namespace InferenceServices.MediaWiki.Client;

/// <summary>Resilience pipeline of calls to a wiki: retry → concurrency limiter → circuit breaker → timeout. A call is never sent twice at the same time.</summary>
internal static class WikiPipeline
{
    /// <summary>Builds the pipeline that all calls to a wiki share.</summary>
    /// <param name="wiki">The wiki.</param>
    /// <param name="options">Retries, timeouts and limits.</param>
    /// <param name="limiter">Concurrency limiter, shared by all wikis of a host.</param>
    /// <param name="time">Clock of delays and timeouts.</param>
    /// <param name="logger">Logger of circuit breaker state changes.</param>
    public static ResiliencePipeline Build(Wiki wiki, MediaWikiOptions options, ConcurrencyLimiter limiter, TimeProvider time, ILogger logger)
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.MaxRetries > 0) pipeline.AddRetry(CreateRetry(options));
        var circuit = new CircuitBreakerStateProvider();
        pipeline.AddRateLimiter(new RateLimiterStrategyOptions
        {
            // While the circuit is open, the breaker fails the call immediately: no permit is needed, and a half-open probe must not wait for a permit.
            RateLimiter = args => options.BreakerCalls > 0 && circuit.CircuitState == CircuitState.Open ? new(NoopLease.Instance) : limiter.AcquireAsync(1, args.Context.CancellationToken),
        });
        if (options.BreakerCalls > 0) pipeline.AddCircuitBreaker(CreateBreaker(wiki.Domain, options, circuit, logger));
        pipeline.AddTimeout(options.CallTimeout);
        return pipeline.Build();
    }

    private static RetryStrategyOptions CreateRetry(MediaWikiOptions options) => new()
    {
        MaxRetryAttempts = options.MaxRetries,
        Delay = TimeSpan.FromSeconds(options.RetryBaseDelaySeconds),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        // Polly calls this after the last attempt too; ShouldRetry must not charge the retry budget then.
        ShouldHandle = static args => new(WikiOperation.FromContext(args.Context).ShouldRetry(args.Outcome, args.AttemptNumber)),
        DelayGenerator = static args => new(ErrorOf(args.Outcome)?.RetryAfter is { } wait && wait > TimeSpan.Zero ? wait : null),
    };

    // Inside the limiter: outside, a call rejected by the limiter would count as a success, and the circuit of an unresponsive wiki would never open.
    private static CircuitBreakerStrategyOptions CreateBreaker(string domain, MediaWikiOptions options, CircuitBreakerStateProvider circuit, ILogger logger)
        => CircuitBreaker.CreateOptions(
            options.BreakerCalls,
            TimeSpan.FromSeconds(options.BreakerSeconds),
            circuit,
            outcome => MediaWikiErrors.IsTransient(ErrorOf(outcome)),
            breakDuration => Log.CircuitOpened(logger, domain, breakDuration.TotalSeconds),
            () => Log.CircuitClosed(logger, domain));

    private static MediaWikiError? ErrorOf(Outcome<object> outcome) => (outcome.Result as IMediaWikiResult)?.Error;
}
