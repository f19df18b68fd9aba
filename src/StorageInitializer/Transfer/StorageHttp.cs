using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using InferenceServices.Http;
using Polly;
using Polly.Retry;

namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>The HTTP client for stores: TLS options, timeouts, redirects, retries, and conversion of error responses.</summary>
internal sealed partial class StorageHttp : IDisposable
{
    private const int MaxRedirects = 10;

    /// <summary>Maximum size of a JSON response in bytes. A listing page has at most a thousand names.</summary>
    private const int MaxJsonBytes = 64 << 20;

    // Codes of S3 and Azure for wrong credentials, sent with status 400 or 403.
    private static readonly string?[] CredentialErrorCodes =
        ["InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "AuthorizationHeaderMalformed", "AuthenticationFailed"];

    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(30);

    private readonly StorageEnvironment _environment;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _attempts;

    public StorageHttp(StorageEnvironment environment, TimeProvider time)
    {
        (_environment, _time) = (environment, time);
        Handler = new SocketsHttpHandler
        {
            // SendAsync follows redirects and removes credentials for other hosts.
            AllowAutoRedirect = false,
            ConnectTimeout = environment.ConnectTimeout,
            SslOptions = TlsOptions.Create(environment),
        };
        Client = new HttpClient(Handler)
        {
            // Each read has its own timeout; the total duration depends on the size of the model.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _attempts = CreateRetryPipeline(environment, time);
    }

    /// <summary>The connections of <see cref="Client"/>, for SDKs with their own client.</summary>
    public SocketsHttpHandler Handler { get; }

    public HttpClient Client { get; }

    /// <summary>Returns the strong ETag of a response, without quotes; null if absent.</summary>
    public static string? GetEntityTag(HttpResponseMessage response) => response.Headers.ETag is { IsWeak: false } tag ? tag.Tag.Trim('"') : null;

    /// <summary>Retries transient failures with exponential backoff.</summary>
    /// <exception cref="StorageException">The failure is permanent, or every attempt failed.</exception>
    public async Task<T> RetryAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await _attempts.ExecuteAsync(async _ => await attempt(), cancellationToken);
        }
        catch (TransientException failure)
        {
            throw new StorageException(FailureCategory.Connection, $"{failure.Message} ({_environment.MaxAttempts} attempts)", failure);
        }
    }

    /// <summary>Fetches and parses a JSON response, with retries.</summary>
    /// <param name="request">Creates the request of each attempt.</param>
    /// <param name="read">Reads the result from the JSON.</param>
    /// <param name="verify">Verifies the bytes before they are parsed; null: no verification.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    /// <exception cref="StorageException">The failure is permanent, every attempt failed, or the response is not the expected JSON.</exception>
    public Task<T> GetJsonAsync<T>(Func<ValueTask<HttpRequestMessage>> request, Func<JsonElement, T> read, CancellationToken cancellationToken, Action<byte[]>? verify = null)
        => RetryAsync(
            async () =>
            {
                using var response = await SendAsync(request, cancellationToken);
                using var limit = CreateTimeout(_environment.ReadTimeout, cancellationToken);
                try
                {
                    await response.Content.LoadIntoBufferAsync(MaxJsonBytes, limit.Token);
                    var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
                    verify?.Invoke(body);
                    return read(JsonElement.Parse(body));
                }
                catch (JsonException failure)
                {
                    throw new StorageException(FailureCategory.Corrupt, $"The response of {response.RequestMessage!.RequestUri!.Host} is not JSON: {failure.Message}", failure);
                }
                catch (Exception failure) when (failure is FormatException or OverflowException or InvalidOperationException)
                {
                    throw new StorageException(FailureCategory.Corrupt, $"The response of {response.RequestMessage!.RequestUri!.Host} is JSON with unexpected content: {failure.Message}", failure);
                }
                catch (Exception failure) when (IsTransient(failure, cancellationToken))
                {
                    throw new TransientException($"The response of {response.RequestMessage!.RequestUri!.Host} was interrupted: {failure.Message}", failure);
                }
            },
            cancellationToken);

    /// <summary>Sends a request once and follows redirects.</summary>
    /// <returns>A response with status 200, 206 or 416 and an unread body.</returns>
    /// <exception cref="TransientException">Another attempt may succeed.</exception>
    /// <exception cref="StorageException">The failure is permanent.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<ValueTask<HttpRequestMessage>> makeRequest, CancellationToken cancellationToken)
    {
        var request = await makeRequest();
        var origin = request.RequestUri!;
        for (var redirects = 0; ; redirects++)
        {
            AddHeadersOfHost(request, origin);
            var response = await SendOnceAsync(request, cancellationToken);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable) return response;
                using (response) throw await CreateExceptionAsync(response, cancellationToken);
            }
            using (response)
            {
                var next = new Uri(request.RequestUri!, location);
                if (redirects == MaxRedirects) throw new StorageException(FailureCategory.Connection, $"{request.RequestUri!.Host} redirects more than {MaxRedirects} times.");
                if (next.Scheme != "https" && next.Scheme != request.RequestUri!.Scheme)
                    throw new StorageException(FailureCategory.Connection, $"{request.RequestUri.Host} redirects from https to {next.Scheme}://{next.Host}, which is not allowed.");
                request = CreateRedirectRequest(request, next);
            }
        }
    }

    /// <summary>Calls an SDK once, with the timeout of a response. Network failures become the exceptions of <see cref="SendAsync"/>.</summary>
    /// <param name="address">The endpoint of the SDK.</param>
    /// <param name="call">Calls the SDK with the token of the timeout.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
    public async Task<T> CallAsync<T>(Uri address, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var limit = CreateResponseTimeout(cancellationToken);
        try
        {
            return await call(limit.Token);
        }
        catch (Exception failure) when (IsTransient(failure, cancellationToken) || (failure.InnerException is { } cause && IsTransient(cause, cancellationToken)))
        {
            throw CreateNetworkException(address, IsTransient(failure, cancellationToken) ? failure : failure.InnerException!);
        }
    }

    /// <summary>Creates a token source that is cancelled after a time or with another token.</summary>
    public static CancellationTokenSource CreateTimeout(TimeSpan time, CancellationToken cancellationToken)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(time);
        return limit;
    }

    /// <summary>Creates the timeout for connecting and for the response headers.</summary>
    public CancellationTokenSource CreateResponseTimeout(CancellationToken cancellationToken) => CreateTimeout(_environment.ConnectTimeout + _environment.ReadTimeout, cancellationToken);

    /// <summary>Returns whether a network failure is transient.</summary>
    public static bool IsTransient(Exception failure, CancellationToken cancellationToken)
        => failure is HttpRequestException or HttpIOException or IOException { InnerException: System.Net.Sockets.SocketException }
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>Converts an error status to an exception.</summary>
    /// <param name="status">An error status.</param>
    /// <param name="code">The error code in the body; null if absent.</param>
    /// <param name="reason">The message of the exception.</param>
    /// <param name="retryAfter">The delay of the Retry-After header; null if absent.</param>
    public static Exception CreateException(HttpStatusCode status, string? code, string reason, TimeSpan? retryAfter) => (int)status switch
    {
        401 => new StorageException(FailureCategory.Authentication, reason),
        400 or 403 when CredentialErrorCodes.Contains(code) => new StorageException(FailureCategory.Authentication, reason),
        403 => new StorageException(FailureCategory.Permission, reason),
        404 or 410 => new StorageException(FailureCategory.NotFound, reason),
        408 or 425 or 429 or >= 500 => new TransientException(reason) { RetryAfter = retryAfter },
        _ => new StorageException(FailureCategory.Connection, reason),
    };

    /// <summary>
    /// Returns the delay of Retry-After, at most 30 s; null without the header. Kubernetes restarts the container after a failure, and the download resumes.
    /// </summary>
    internal static TimeSpan? GetRetryAfter(Exception? failure)
        => failure is TransientException { RetryAfter: { } delay } ? TimeSpan.FromTicks(Math.Min(delay.Ticks, MaxRetryDelay.Ticks)) : null;

    public void Dispose() => Client.Dispose();

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = CreateResponseTimeout(cancellationToken);
        try
        {
            return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (Exception failure) when (IsTransient(failure, cancellationToken))
        {
            throw CreateNetworkException(request.RequestUri!, failure);
        }
    }

    private Exception CreateNetworkException(Uri address, Exception failure) => failure switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            => new StorageException(FailureCategory.Connection, $"TLS connection to {address.Host} failed: {(failure.InnerException ?? failure).Message}", failure),
        OperationCanceledException
            => new TransientException($"{address.Authority} cannot be reached: no response within {(_environment.ConnectTimeout + _environment.ReadTimeout).TotalSeconds:0} s", failure),
        _ => new TransientException($"{address.Authority} cannot be reached: {failure.Message}", failure),
    };

    private async Task<Exception> CreateExceptionAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var host = response.RequestMessage!.RequestUri!.Authority;
        var (code, message) = await ReadErrorAsync(response, cancellationToken);
        var reason = $"{host} answered {(int)response.StatusCode}{(code is null ? "" : $" {code}")}{(message is null ? "" : $": {message}")}.";
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            return new StorageException(FailureCategory.Authentication, reason, new UnauthorizedException([.. response.Headers.WwwAuthenticate]));
        return CreateException(response.StatusCode, code, reason, RetryAfter.Read(response.Headers.RetryAfter, _time));
    }

    /// <summary>Reads code and message of an XML error. Other bodies are ignored: they may be long HTML pages.</summary>
    private async Task<(string? Code, string? Message)> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CreateTimeout(_environment.ReadTimeout, cancellationToken);
            var start = new byte[2048];
            var length = await (await response.Content.ReadAsStreamAsync(limit.Token)).ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, limit.Token);
            var text = System.Text.Encoding.UTF8.GetString(start, 0, length);
            return (CodeElement().Match(text) is { Success: true } code ? code.Groups[1].Value : null,
                MessageElement().Match(text) is { Success: true } message ? message.Groups[1].Value.Split('\n')[0].TrimEnd('.') : null);
        }
        catch (Exception failure) when (IsTransient(failure, cancellationToken))
        {
            return (null, null);
        }
    }

    /// <summary>Adds the headers of KServe's variable <c>HOST-headers</c>, a JSON object for that host only: at the port of the model's address, or at the default port of another host.</summary>
    private void AddHeadersOfHost(HttpRequestMessage request, Uri origin)
    {
        var address = request.RequestUri!;
        if (address.Host == origin.Host ? address.Port != origin.Port : !address.IsDefaultPort) return;
        foreach (var (name, value) in _environment.GetMap($"{address.Host}-headers")) request.Headers.TryAddWithoutValidation(name, value);
    }

    // Credentials are sent to the original host only.
    private HttpRequestMessage CreateRedirectRequest(HttpRequestMessage from, Uri next)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, next);
        var ownHeaders = _environment.GetMap($"{from.RequestUri!.Host}-headers");
        foreach (var header in from.Headers.Where(header => !ownHeaders.ContainsKey(header.Key)))
            if (header.Key is "Range" or "Accept-Encoding" or "Accept" || (header.Key == "Authorization" && next.Authority == from.RequestUri.Authority))
                request.Headers.TryAddWithoutValidation(header.Key, header.Value);
        return request;
    }

    private static ResiliencePipeline CreateRetryPipeline(StorageEnvironment environment, TimeProvider time)
    {
        // Polly does not allow zero retries.
        if (environment.MaxAttempts == 1) return ResiliencePipeline.Empty;
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        return builder.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<TransientException>(),
            MaxRetryAttempts = environment.MaxAttempts - 1,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = environment.RetryDelay,
            MaxDelay = MaxRetryDelay,
            DelayGenerator = outcome => ValueTask.FromResult(GetRetryAfter(outcome.Outcome.Exception)),
        }).Build();
    }

    [GeneratedRegex("<Code>([A-Za-z0-9]{1,80})</Code>")]
    private static partial Regex CodeElement();

    [GeneratedRegex("<Message>([^<]{1,300})")]
    private static partial Regex MessageElement();
}
