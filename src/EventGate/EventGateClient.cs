using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate;

/// <summary>Sends batches of events to EventGate, once each, and understands the answer.</summary>
/// <remarks>201, 202 (it has not looked yet) and 204 are taken, 207 is some of each, 400 all invalid, 500 none taken.</remarks>
internal sealed class EventGateClient(IOptions<EventGateOptions> options, TimeProvider time) : IDisposable
{
    private const int AnswerLimit = 16 << 20;
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly string UserAgent = $"InferenceServices/{typeof(EventGateClient).Assembly.GetName().Version?.ToString(3)}";

    // HttpClient would only add a second timer.
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        // Addresses change; a connection kept for ever would miss that.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
    });

    /// <summary>Sends a batch.</summary>
    /// <param name="events">1 or more.</param>
    /// <param name="cancellationToken">Ends it without an answer, whatever EventGate has done by then.</param>
    /// <exception cref="OperationCanceledException">The token's.</exception>
    public async Task<Delivery> SendAsync(IReadOnlyList<WaitingEvent> events, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(options.Value.TimeoutSeconds));
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, options.Value.Url) { Content = ContentOf(events) };
            message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
            using var response = await _http.SendAsync(message, deadline.Token);
            return await UnderstandAsync(response, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"no answer within {options.Value.TimeoutSeconds} s");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return Failed(exception.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    // A single event goes as Lift Wing sends it.
    private static ReadOnlyMemoryContent ContentOf(IReadOnlyList<WaitingEvent> events)
    {
        var content = new ReadOnlyMemoryContent(events.Count == 1 ? events[0].Content.Json : ArrayOf(events));
        content.Headers.ContentType = Json;
        return content;
    }

    private static ReadOnlyMemory<byte> ArrayOf(IReadOnlyList<WaitingEvent> events)
    {
        var array = new ArrayBufferWriter<byte>(events.Sum(waiting => waiting.Content.Json.Length + 1) + 1);
        foreach (var waiting in events)
        {
            array.Write(array.WrittenCount == 0 ? "["u8 : ","u8);
            array.Write(waiting.Content.Json.Span);
        }
        array.Write("]"u8);
        return array.WrittenMemory;
    }

    private async Task<Delivery> UnderstandAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted or HttpStatusCode.NoContent) return Delivery.Complete;
        var told = EventGateAnswer.Read(await ReadAsync(response.Content, cancellationToken));
        var problem = $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        return response.StatusCode switch
        {
            // Which of them were taken cannot be known without the list: sent again, they have the same ids.
            HttpStatusCode.MultiStatus when told.Count > 0 => new Delivery(null, false, null, told),
            HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity => new Delivery(problem, true, null, told),
            _ => new Delivery(problem, false, ReadRetryAfter(response), told),
        };
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var body = await content.ReadAsStreamAsync(cancellationToken);
        var read = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (read.Length + count > AnswerLimit) return ReadOnlyMemory<byte>.Empty;
            read.Write(buffer, 0, count);
        }
        return read.GetBuffer().AsMemory(0, (int)read.Length);
    }

    // RFC 9110, section 10.2.3: seconds, or a date.
    private TimeSpan? ReadRetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        return header?.Date is { } date ? date - time.GetUtcNow() : header?.Delta;
    }

    private static Delivery Failed(string problem) => new(problem, false, null, Delivery.Nothing);
}
