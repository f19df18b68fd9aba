using System.Diagnostics;
using Polly;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace InferenceServices.MediaWiki.Client;

/// <summary>The calls of one client method; they share a timeout and a number of retries.</summary>
internal sealed class WikiOperation : IDisposable
{
    private static readonly ResiliencePropertyKey<WikiOperation> Key = new("operation");

    private readonly WikiConnections _connections;
    private readonly WikiConnection _connection;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _either;
    private readonly long _started;
    private MediaWikiError? _lastFailure;
    private int _retries;

    public WikiOperation(WikiConnections connections, WikiConnection connection, CancellationToken caller)
    {
        (_connections, _connection, _caller) = (connections, connection, caller);
        _started = connections.Time.GetTimestamp();
        _timeout = new CancellationTokenSource(connections.Options.TotalTimeout, connections.Time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _timeout.Token);
    }

    /// <summary>Domain of the wiki.</summary>
    public string Domain => _connection.Wiki.Domain;

    public int MaxLagSeconds => _connections.Options.MaxLagSeconds;

    private TimeSpan TimeLeft => _connections.Options.TotalTimeout - _connections.Time.GetElapsedTime(_started);

    public static WikiOperation FromContext(ResilienceContext context) => context.Properties.GetValue(Key, null!);

    /// <summary>Sends one call and retries it after transient errors.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled the operation.</exception>
    public async ValueTask<MediaWikiResult<T>> GetAsync<T>(string pathAndQuery, ResponseReader<T> reader)
        where T : notnull
    {
        _connection.Budget.RecordRequest();
        var context = ResilienceContextPool.Shared.Get(_either.Token);
        try
        {
            context.Properties.Set(Key, this);
            var outcome = await _connection.Pipeline.ExecuteOutcomeAsync(
                static (context, state) => FromContext(context).TryAsync(state.pathAndQuery, state.reader, context.CancellationToken), context, (pathAndQuery, reader));
            return outcome.Result ?? new MediaWikiResult<T>(ErrorOf(outcome.Exception!));
        }
        // Polly throws when a wait in the limiter is cancelled, instead of returning an outcome.
        catch (OperationCanceledException exception) when (!_caller.IsCancellationRequested)
        {
            return new MediaWikiResult<T>(ErrorOf(exception));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Returns whether to retry a call; if so, charges the retry budget.</summary>
    public bool ShouldRetry(Outcome<object> outcome, int attempt)
    {
        var error = outcome.Exception is TimeoutRejectedException
            ? MediaWikiErrors.TimedOut(Domain, _connections.Options.CallTimeout)
            : (outcome.Result as IMediaWikiResult)?.Error;
        if (!MediaWikiErrors.IsTransient(error)) return false;
        _lastFailure = error;
        if (attempt >= _connections.Options.MaxRetries || _retries >= _connections.Options.MaxRetries) return false;
        // If Retry-After exceeds the remaining time, the error is returned to the caller.
        if (error!.RetryAfter >= TimeLeft || !_connection.Budget.TryAcquireRetry()) return false;
        _retries++;
        _connections.Metrics.RecordRetry(_connection.Wiki);
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
            TimeoutRejectedException => MediaWikiErrors.TimedOut(Domain, _connections.Options.CallTimeout),
            BrokenCircuitException open => MediaWikiErrors.CircuitOpen(Domain, open.RetryAfter ?? TimeSpan.FromSeconds(_connections.Options.BreakerSeconds)),
            RateLimiterRejectedException => MediaWikiErrors.TooManyCalls(Domain),
            // Total timeout, possibly during a retry delay: the error that caused the retry says more.
            OperationCanceledException => _lastFailure ?? MediaWikiErrors.TimedOut(Domain, _connections.Options.TotalTimeout),
            _ => throw new UnreachableException("TryAsync returns no other exception.", exception),
        };
        if (error.Code is MediaWikiErrors.CircuitOpenCode or MediaWikiErrors.TooManyCallsCode) _connections.Metrics.RecordNotSent(_connection.Wiki, error.Code);
        return error;
    }

    private async ValueTask<Outcome<MediaWikiResult<T>>> TryAsync<T>(string pathAndQuery, ResponseReader<T> reader, CancellationToken cancellationToken)
        where T : notnull
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var result = await SendAsync(pathAndQuery, reader, cancellationToken);
            _connections.Metrics.RecordCall(_connection.Wiki, started, CallOutcome.Of(result.Error));
            return Outcome.FromResult(result);
        }
        catch (OperationCanceledException exception)
        {
            _connections.Metrics.RecordCall(_connection.Wiki, started, _caller.IsCancellationRequested ? CallOutcome.Cancelled : CallOutcome.TimedOut);
            return Outcome.FromException<MediaWikiResult<T>>(exception);
        }
    }

    private async ValueTask<MediaWikiResult<T>> SendAsync<T>(string pathAndQuery, ResponseReader<T> reader, CancellationToken cancellationToken)
        where T : notnull
    {
        try
        {
            using var response = await _connections.SendAsync(_connection, pathAndQuery, cancellationToken);
            using var body = await ApiResponse.ReadAsync(Domain, response, _connections.Options.AnswerLimit, _connections.Time, cancellationToken);
            return body is null ? new MediaWikiResult<T>(MediaWikiErrors.TooLarge(Domain, _connections.Options.AnswerLimit)) : reader(body);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new MediaWikiResult<T>(MediaWikiErrors.ConnectionFailed(Domain));
        }
        // Content-Encoding is gzip, but the body is not.
        catch (InvalidDataException)
        {
            return new MediaWikiResult<T>(MediaWikiErrors.InvalidResponse(Domain, "is not compressed as it says"));
        }
    }
}
