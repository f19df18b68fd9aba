using System.Diagnostics;
using Polly;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace InferenceServices.MediaWiki.Client;

/// <summary>All calls that one question takes: they share a time and a number of retries.</summary>
internal sealed class Operation : IDisposable
{
    private static readonly ResiliencePropertyKey<Operation> Key = new("operation");

    private readonly Upstreams _upstreams;
    private readonly Upstream _upstream;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _either;
    private readonly long _started;
    private MediaWikiError? _lastFailure;
    private int _retries;

    public Operation(Upstreams upstreams, Upstream upstream, CancellationToken caller)
    {
        (_upstreams, _upstream, _caller) = (upstreams, upstream, caller);
        _started = upstreams.Time.GetTimestamp();
        _timeout = new CancellationTokenSource(upstreams.Options.TotalTimeout, upstreams.Time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _timeout.Token);
    }

    /// <summary>Whom it asks.</summary>
    public string Domain => _upstream.Wiki.Domain;

    public int MaxLagSeconds => _upstreams.Options.MaxLagSeconds;

    private TimeSpan TimeLeft => _upstreams.Options.TotalTimeout - _upstreams.Time.GetElapsedTime(_started);

    public static Operation Of(ResilienceContext context) => context.Properties.GetValue(Key, null!);

    /// <summary>One call, made again where that may help.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async ValueTask<MediaWikiResult<T>> GetAsync<T>(string pathAndQuery, AnswerReader<T> reader)
        where T : notnull
    {
        _upstream.Budget.Save();
        var context = ResilienceContextPool.Shared.Get(_either.Token);
        try
        {
            context.Properties.Set(Key, this);
            var outcome = await _upstream.Pipeline.ExecuteOutcomeAsync(
                static (context, state) => Of(context).TryAsync(state.pathAndQuery, state.reader, context.CancellationToken), context, (pathAndQuery, reader));
            return outcome.Result ?? new MediaWikiResult<T>(ErrorOf(outcome.Exception!));
        }
        // A wait for a place that was cut short is not made an outcome.
        catch (OperationCanceledException exception) when (!_caller.IsCancellationRequested)
        {
            return new MediaWikiResult<T>(ErrorOf(exception));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Whether a call that ended so is made again, which the budget is then charged with.</summary>
    public bool MayRetry(Outcome<object> outcome, int attempt)
    {
        var error = outcome.Exception is TimeoutRejectedException
            ? MediaWikiErrors.TimedOut(Domain, _upstreams.Options.CallTimeout)
            : (outcome.Result as IMediaWikiResult)?.Error;
        if (!MediaWikiErrors.MayPass(error)) return false;
        _lastFailure = error;
        if (attempt >= _upstreams.Options.MaxRetries || _retries >= _upstreams.Options.MaxRetries) return false;
        // A wait that does not fit is the caller's to wait.
        if (error!.RetryAfter >= TimeLeft || !_upstream.Budget.TrySpend()) return false;
        _retries++;
        _upstreams.Metrics.Retried(_upstream.Wiki);
        return true;
    }

    public void Dispose()
    {
        _either.Dispose();
        _timeout.Dispose();
    }

    private MediaWikiError ErrorOf(Exception exception)
    {
        _caller.ThrowIfCancellationRequested();
        var error = exception switch
        {
            TimeoutRejectedException => MediaWikiErrors.TimedOut(Domain, _upstreams.Options.CallTimeout),
            BrokenCircuitException open => MediaWikiErrors.Left(Domain, open.RetryAfter ?? TimeSpan.FromSeconds(_upstreams.Options.BreakerSeconds)),
            RateLimiterRejectedException => MediaWikiErrors.TooMany(Domain),
            // The time is over, perhaps within a wait for another try: the reason for that one says more.
            OperationCanceledException => _lastFailure ?? MediaWikiErrors.TimedOut(Domain, _upstreams.Options.TotalTimeout),
            _ => throw new UnreachableException("Nothing else is made an outcome.", exception),
        };
        if (error.Code is MediaWikiErrors.LeftAlone or MediaWikiErrors.TooManyCalls) _upstreams.Metrics.NotSent(_upstream.Wiki, error.Code);
        return error;
    }

    private async ValueTask<Outcome<MediaWikiResult<T>>> TryAsync<T>(string pathAndQuery, AnswerReader<T> reader, CancellationToken cancellationToken)
        where T : notnull
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var result = await SendAsync(pathAndQuery, reader, cancellationToken);
            _upstreams.Metrics.Ended(_upstream.Wiki, started, CallOutcome.Of(result.Error));
            return Outcome.FromResult(result);
        }
        catch (OperationCanceledException exception)
        {
            _upstreams.Metrics.Ended(_upstream.Wiki, started, _caller.IsCancellationRequested ? CallOutcome.Cancelled : CallOutcome.TimedOut);
            return Outcome.FromException<MediaWikiResult<T>>(exception);
        }
    }

    private async ValueTask<MediaWikiResult<T>> SendAsync<T>(string pathAndQuery, AnswerReader<T> reader, CancellationToken cancellationToken)
        where T : notnull
    {
        try
        {
            using var response = await _upstreams.SendAsync(_upstream, pathAndQuery, cancellationToken);
            using var answer = await Answer.ReadAsync(Domain, response, _upstreams.Options.AnswerLimit, _upstreams.Time, cancellationToken);
            return answer is null ? new MediaWikiResult<T>(MediaWikiErrors.TooLarge(Domain, _upstreams.Options.AnswerLimit)) : reader(answer);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new MediaWikiResult<T>(MediaWikiErrors.ConnectionFailed(Domain));
        }
        // What says that it is compressed, and is not.
        catch (InvalidDataException)
        {
            return new MediaWikiResult<T>(MediaWikiErrors.Broken(Domain, "is not compressed as it says"));
        }
    }
}
