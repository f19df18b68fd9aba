using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading.RateLimiting;
using InferenceServices.OresLegacy.Hosting;
using InferenceServices.OresLegacy.Scores;
using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;

namespace InferenceServices.OresLegacy.LiftWing;

/// <summary>Calls revscoring services. Equal calls at the same time are one call; calls are limited in number and in time. Every failure is a slot.</summary>
internal sealed class LiftWingClient : IDisposable
{
    // What Lift Wing's logs and rate limits know.
    private const string UserAgent = "ORES legacy service";

    private readonly ConcurrentDictionary<string, LiftWingService> _services = new(StringComparer.Ordinal);
    private readonly SharedCalls<ScoreCall, Slot> _calls;
    private readonly ConcurrencyLimiter _limiter;
    private readonly HttpMessageInvoker _http;
    private readonly OresLegacyOptions _options;
    private readonly CallMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<LiftWingClient> _logger;

    /// <param name="options">Address, limits and timeout.</param>
    /// <param name="metrics">Metrics of calls.</param>
    /// <param name="time">Clock of timeouts.</param>
    /// <param name="logger">Logger.</param>
    public LiftWingClient(IOptions<OresLegacyOptions> options, CallMetrics metrics, TimeProvider time, ILogger<LiftWingClient> logger)
    {
        (_options, _metrics, _time, _logger) = (options.Value, metrics, time, logger);
        _calls = new SharedCalls<ScoreCall, Slot>(CallAsync);
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = _options.MaxCalls,
            QueueLimit = _options.MaxWaitingCalls,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            // Pods behind a service come and go; a connection without a lifetime would miss the new ones.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            AutomaticDecompression = DecompressionMethods.GZip,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        });
    }

    /// <summary>Scores a revision.</summary>
    /// <param name="call">Wiki and model of the table, and the revision.</param>
    /// <param name="cancellationToken">Ends the wait; the call ends if no other caller waits for it.</param>
    public async Task<Slot> ScoreAsync(ScoreCall call, CancellationToken cancellationToken)
    {
        var slot = _calls.GetAsync(call, cancellationToken);
        using var waiting = _metrics.StartWaiting();
        return await slot;
    }

    public void Dispose()
    {
        _http.Dispose();
        _limiter.Dispose();
    }

    private async Task<Slot> CallAsync(ScoreCall call, CancellationToken cancellationToken)
    {
        using var inFlight = _metrics.Start();
        var started = _time.GetTimestamp();
        var (slot, outcome) = await RunAsync(call, cancellationToken);
        _metrics.Record(call.Model, outcome, _time.GetElapsedTime(started));
        if (slot.Error is { } error) Log.CallFailed(_logger, call.Service, call.RevisionId, error.Type, error.Message);
        return slot;
    }

    private async Task<CallResult> RunAsync(ScoreCall call, CancellationToken cancellationToken)
    {
        var service = _services.GetOrAdd(call.Service, static (_, state) => new LiftWingService(state.call, state.client._options, state.client._time, state.client._logger), (call, client: this));
        using var deadline = new CancellationTokenSource(_options.LiftWingTimeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            // While the circuit is open, the breaker fails the call immediately, or lets it probe the service: the call does not wait for its turn.
            using var turn = service.IsOpen ? null : await _limiter.AcquireAsync(1, linked.Token);
            if (turn is { IsAcquired: false }) return CallResult.Failed("Too many calls wait for an answer; try again later.", "Too Many Requests", CallOutcome.Rejected);
            return await service.Pipeline.ExecuteAsync(
                static (state, token) => state.client.SendAsync(state.service, state.call, state.deadline, token), (client: this, service, call, deadline: deadline.Token), linked.Token);
        }
        catch (BrokenCircuitException)
        {
            return CallResult.Failed($"{call.Service} has failed repeatedly; try again later.", "Service Unavailable", CallOutcome.Rejected);
        }
        // While the call waited for its turn.
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TimedOut(call, CallOutcome.Rejected);
        }
    }

    private async ValueTask<CallResult> SendAsync(LiftWingService service, ScoreCall call, CancellationToken deadline, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, service.Address) { Content = BodyOf(call) };
        if (service.Host.Length > 0) message.Headers.Host = service.Host;
        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        try
        {
            using var response = await _http.SendAsync(message, cancellationToken);
            return await LiftWingAnswer.ReadAsync(response, call, cancellationToken);
        }
        // A value, so that the circuit breaker counts it.
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return TimedOut(call, CallOutcome.Unavailable);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            return CallResult.Failed($"Cannot connect to host {service.Address.Authority}: {exception.InnerException?.Message ?? exception.Message}", "ClientConnectorError", CallOutcome.Unavailable);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return CallResult.Failed(exception.Message, LiftWingAnswer.ClientError, CallOutcome.Unavailable);
        }
    }

    private CallResult TimedOut(ScoreCall call, CallOutcome outcome) => CallResult.Failed(
        string.Create(CultureInfo.InvariantCulture, $"{call.Service} did not answer within {_options.LiftWingTimeoutSeconds} s."), "TimeoutError", outcome);

    private static ReadOnlyMemoryContent BodyOf(ScoreCall call)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteNumber("rev_id"u8, call.RevisionId);
            writer.WriteBoolean("extended_output"u8, call.ShowsFeatures);
            writer.WriteEndObject();
        }
        return new ReadOnlyMemoryContent(json.WrittenMemory) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }
}
