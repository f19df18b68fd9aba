using System.Runtime.CompilerServices;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V2;
using Microsoft.Extensions.ObjectPool;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>Deadline of a request: its token is cancelled when the deadline passes or the client disconnects.</summary>
internal readonly struct Deadline : IDisposable
{
    // Timers count milliseconds in 32 bits.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    // Every request has a deadline by default; a new source with its timer would be half a kilobyte for each.
    private static readonly DefaultObjectPool<CancellationTokenSource> Sources = new(new SourcePolicy(), maximumRetained: 256);

    private readonly CancellationTokenSource? _source;
    private readonly CancellationTokenRegistration _registration;
    private readonly CancellationToken _client;
    private readonly TimeSpan _timeout;

    private Deadline(CancellationTokenSource? source, CancellationTokenRegistration registration, TimeSpan timeout, CancellationToken client)
    {
        _source = source;
        _registration = registration;
        _client = client;
        _timeout = timeout;
    }

    /// <summary>Cancelled when the deadline passes or the client disconnects.</summary>
    public CancellationToken Token => _source?.Token ?? _client;

    /// <summary>Returns the time a V2 request may take: <c>parameters.timeout</c> in microseconds, at most what the server allows.</summary>
    /// <param name="request">Without the parameter, or with 0, the server's limit applies.</param>
    /// <param name="allowed">The server's limit; infinite for none.</param>
    /// <exception cref="InvalidInputException">Not an integer, or negative: 400.</exception>
    /// <remarks>The meaning of this parameter in Triton; its clients send it as <c>timeout</c>.</remarks>
    public static TimeSpan Of(InferRequest request, TimeSpan allowed)
    {
        if (request.Parameters is not { } parameters || !parameters.TryGetValue("timeout", out var parameter)) return allowed;
        if (parameter.Int64Value is not (>= 0 and var microseconds))
            throw new InvalidInputException("parameters.timeout should be a whole number of microseconds, 0 or more");
        if (microseconds == 0) return allowed;
        var requested = microseconds < Longest.Ticks / TimeSpan.TicksPerMicrosecond ? TimeSpan.FromMicroseconds(microseconds) : Longest;
        return allowed == Timeout.InfiniteTimeSpan || requested < allowed ? requested : allowed;
    }

    /// <summary>Starts the clock.</summary>
    /// <param name="timeout">Infinite for no deadline, which costs nothing.</param>
    /// <param name="cancellationToken">Cancelled when the client disconnects.</param>
    public static Deadline Start(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (timeout == Timeout.InfiniteTimeSpan) return new Deadline(source: null, default, timeout, cancellationToken);
        var source = Sources.Get();
        var registration = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
        source.CancelAfter(timeout);
        return new Deadline(source, registration, timeout, cancellationToken);
    }

    /// <summary>Awaits work that was started with <see cref="Token"/>.</summary>
    /// <exception cref="RequestTimeoutException">The deadline passed: 504.</exception>
    public ValueTask<T> EnforceAsync<T>(ValueTask<T> work) => _source is null ? work : AwaitAsync(work);

    /// <summary>Ends the deadline. The token must not be used afterwards.</summary>
    public void Dispose()
    {
        if (_source is null) return;
        _registration.Dispose();
        Sources.Return(_source);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<T> AwaitAsync<T>(ValueTask<T> work)
    {
        try
        {
            return await work;
        }
        catch (OperationCanceledException) when (_source!.IsCancellationRequested && !_client.IsCancellationRequested)
        {
            throw new RequestTimeoutException(_timeout);
        }
    }

    private sealed class SourcePolicy : IPooledObjectPolicy<CancellationTokenSource>
    {
        public CancellationTokenSource Create() => new();

        public bool Return(CancellationTokenSource obj)
        {
            if (obj.TryReset()) return true;
            obj.Dispose();
            return false;
        }
    }
}
