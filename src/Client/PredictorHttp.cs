using System.Buffers;
using System.Net;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Http;
using Microsoft.Extensions.Options;

namespace InferenceServices.Client;

/// <summary>One HTTP exchange with the predictor: the request as it is given, the answer whole or a refusal. Nothing is read without a bound.</summary>
internal sealed class PredictorHttp(PredictorHandler handler, IOptions<PredictorClientOptions> options, TimeProvider time) : IDisposable
{
    // A refusal is a sentence; whatever else a predictor or something before it sends is not worth more memory.
    private const int MaxRefusalBytes = 64 << 10;
    private const int MaxErrorLength = 1000;

    // HttpClient would only add a second timer and a second buffer.
    private readonly HttpMessageInvoker _http = new(handler, disposeHandler: false);
    private readonly PredictorClientOptions _options = options.Value;
    private readonly Uri _address = options.Value.Address;

    /// <summary>As given by <c>--predictor_host</c>.</summary>
    public string Host => _options.PredictorHost!;

    /// <summary>Where a path of the predictor is.</summary>
    /// <param name="path">Without a slash in front, escaped.</param>
    public Uri UriOf(string path) => new(_address, path);

    /// <summary>Sends and reads.</summary>
    /// <returns>An answer with status 200; the caller disposes it.</returns>
    /// <exception cref="PredictorException">Any other status, or too large an answer.</exception>
    public async ValueTask<PredictorAnswer> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using var response = await _http.SendAsync(message, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK) throw await RefusalOf(response, cancellationToken);
        return await PredictorAnswer.ReadAsync(response, _options.PredictorPayloadLimit, cancellationToken)
            ?? throw PredictorException.TooLarge(Host, _options.PredictorPayloadLimit);
    }

    /// <summary>Sends and reads.</summary>
    public async ValueTask<PredictorAnswer> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, UriOf(path));
        return await SendAsync(message, cancellationToken);
    }

    /// <summary>Whether a path answers 200; what else it says does not matter.</summary>
    public async ValueTask<bool> IsOkAsync(string path, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, UriOf(path));
        using var response = await _http.SendAsync(message, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A predictor's sentence as it is passed on.</summary>
    public static string Shorten(string? error)
        => string.IsNullOrWhiteSpace(error) ? "it gave no reason" : ShortText.Of(error, MaxErrorLength);

    private async ValueTask<PredictorException> RefusalOf(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var rented = ArrayPool<byte>.Shared.Rent(MaxRefusalBytes);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var length = await body.ReadAtLeastAsync(rented.AsMemory(0, MaxRefusalBytes), MaxRefusalBytes, throwOnEndOfStream: false, cancellationToken);
            var retryAfter = RetryAfter.Read(response.Headers.RetryAfter, time);
            return PredictorException.Refused((int)response.StatusCode, Shorten(ErrorOf(rented.AsMemory(0, length))), retryAfter);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    // What the protocols say, and what FastAPI says for KServe's own exceptions of services.
    private static string? ErrorOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var refusal = json.RootElement;
            return (refusal.TryGetProperty("error"u8, out var error) || refusal.TryGetProperty("detail"u8, out error)) ? error.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
