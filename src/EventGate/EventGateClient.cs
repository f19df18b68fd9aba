using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using InferenceServices.Http;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate;

/// <summary>Sends batches of events to EventGate, without retries, and reads the response.</summary>
/// <remarks>201, 202 (before validation) and 204: all accepted; 207: some accepted; 400: all invalid; 500: none accepted.</remarks>
internal sealed class EventGateClient(IOptions<EventGateOptions> options, TimeProvider time) : IDisposable
{
    private const int MaxResponseBytes = 16 << 20;
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly string UserAgent = $"InferenceServices/{typeof(EventGateClient).Assembly.GetName().Version?.ToString(3)}";

    // Not HttpClient, which adds a second timer.
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        // Limits the lifetime of connections, so that DNS changes take effect.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
    });

    /// <summary>Sends a batch.</summary>
    /// <param name="events">One or more events.</param>
    /// <param name="cancellationToken">Token to cancel the request; EventGate may have accepted events.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<DeliveryResult> SendAsync(IReadOnlyList<PendingEvent> events, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(options.Value.TimeoutSeconds));
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, options.Value.Url) { Content = ContentOf(events) };
            message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
            using var response = await _http.SendAsync(message, deadline.Token);
            return await ReadResponseAsync(response, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DeliveryResult.Failed($"no answer within {options.Value.TimeoutSeconds} s");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return DeliveryResult.Failed(exception.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    // A single event is sent without an array, as Lift Wing does.
    private static ReadOnlyMemoryContent ContentOf(IReadOnlyList<PendingEvent> events)
    {
        var content = new ReadOnlyMemoryContent(events.Count == 1 ? events[0].Content.Json : ArrayOf(events));
        content.Headers.ContentType = Json;
        return content;
    }

    private static ReadOnlyMemory<byte> ArrayOf(IReadOnlyList<PendingEvent> events)
    {
        var array = new ArrayBufferWriter<byte>(events.Sum(pending => pending.Content.Json.Length + 1) + 1);
        foreach (var pending in events)
        {
            array.Write(array.WrittenCount == 0 ? "["u8 : ","u8);
            array.Write(pending.Content.Json.Span);
        }
        array.Write("]"u8);
        return array.WrittenMemory;
    }

    private async Task<DeliveryResult> ReadResponseAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted or HttpStatusCode.NoContent) return DeliveryResult.Complete;
        using var body = await PooledBody.ReadAsync(response.Content, MaxResponseBytes, cancellationToken);
        var errors = EventGateResponse.Read(body?.Memory ?? ReadOnlyMemory<byte>.Empty);
        var problem = $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        return response.StatusCode switch
        {
            // Without a list the accepted events are unknown; all are sent again with the same ids.
            HttpStatusCode.MultiStatus when errors.Count > 0 => new DeliveryResult(null, false, null, errors),
            HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity => new DeliveryResult(problem, true, null, errors),
            _ => new DeliveryResult(problem, false, RetryAfter.Read(response.Headers.RetryAfter, time), errors),
        };
    }
}
