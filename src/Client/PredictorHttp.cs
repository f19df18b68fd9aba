using System.Buffers;
using System.Net;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Http;
using Microsoft.Extensions.Options;

namespace InferenceServices.Client;

/// <summary>Sends HTTP requests to the predictor and reads complete responses of limited size.</summary>
internal sealed class PredictorHttp(PredictorHandler handler, IOptions<PredictorClientOptions> options, TimeProvider time) : IDisposable
{
    // An error message is short; a larger body of a predictor or proxy is not read.
    private const int MaxErrorBytes = 64 << 10;
    private const int MaxErrorLength = 1000;

    // HttpClient would add another timer and another buffer.
    private readonly HttpMessageInvoker _http = new(handler, disposeHandler: false);
    private readonly PredictorClientOptions _options = options.Value;
    private readonly Uri _address = options.Value.Address;

    /// <summary>Gets the value of <c>--predictor_host</c>.</summary>
    public string Host => _options.PredictorHost!;

    /// <summary>Gets the URL of a path.</summary>
    /// <param name="path">Path without a leading slash, escaped.</param>
    public Uri UriOf(string path) => new(_address, path);

    /// <summary>Sends a request and reads the response.</summary>
    /// <returns>A response with status 200, which the caller disposes.</returns>
    /// <exception cref="PredictorException">The status is not 200, or the response is too large.</exception>
    public async ValueTask<PredictorAnswer> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using var response = await _http.SendAsync(message, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK) throw await ReadErrorAsync(response, cancellationToken);
        return await PredictorAnswer.ReadAsync(response, _options.PredictorPayloadLimit, cancellationToken)
            ?? throw PredictorException.TooLarge(Host, _options.PredictorPayloadLimit);
    }

    /// <summary>Sends a request and reads the response.</summary>
    public async ValueTask<PredictorAnswer> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, UriOf(path));
        return await SendAsync(message, cancellationToken);
    }

    /// <summary>Returns whether GET on a path has status 200; ignores the body.</summary>
    public async ValueTask<bool> IsOkAsync(string path, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, UriOf(path));
        using var response = await _http.SendAsync(message, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Shortens an error message of the predictor.</summary>
    public static string Shorten(string? error)
        => string.IsNullOrWhiteSpace(error) ? "no error message" : ShortText.Of(error, MaxErrorLength);

    private async ValueTask<PredictorException> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var rented = ArrayPool<byte>.Shared.Rent(MaxErrorBytes);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var length = await body.ReadAtLeastAsync(rented.AsMemory(0, MaxErrorBytes), MaxErrorBytes, throwOnEndOfStream: false, cancellationToken);
            var retryAfter = RetryAfter.Read(response.Headers.RetryAfter, time);
            return PredictorException.Rejected((int)response.StatusCode, Shorten(ErrorOf(rented.AsMemory(0, length))), retryAfter);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    // "error" is the field of the protocols; "detail" is that of FastAPI, for exceptions of KServe's services.
    private static string? ErrorOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var document = json.RootElement;
            return (document.TryGetProperty("error"u8, out var error) || document.TryGetProperty("detail"u8, out error)) ? error.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
