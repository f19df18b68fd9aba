using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Polly;
using Polly.Retry;

namespace InferenceServices.StorageInitializer.Transfer;

/// <summary>Requests to stores: trust, timeouts, redirects, attempts, and what a refusal means.</summary>
internal sealed partial class StorageHttp : IDisposable
{
    private const int MostRedirects = 10;

    /// <summary>Listings come in pages of a thousand names; a longer one is none.</summary>
    private const int MostJsonBytes = 64 << 20;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private readonly StorageEnvironment _environment;
    private readonly ResiliencePipeline _attempts;

    public StorageHttp(StorageEnvironment environment, TimeProvider time)
    {
        _environment = environment;
        Client = new HttpClient(
            new SocketsHttpHandler
            {
                // Followed here, so that what proves who asks stays with whom it is for.
                AllowAutoRedirect = false,
                ConnectTimeout = environment.ConnectTimeout,
                SslOptions = StorageTrust.OptionsOf(environment),
            })
        {
            // Each read has its own limit: a large model takes as long as it takes.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _attempts = PipelineOf(environment, time);
    }

    public HttpClient Client { get; }

    /// <summary>A response's strong ETag, without quotes.</summary>
    public static string? EntityTagOf(HttpResponseMessage response) => response.Headers.ETag is { IsWeak: false } tag ? tag.Tag.Trim('"') : null;

    /// <summary>Tries again what may succeed then, with growing pauses.</summary>
    /// <exception cref="StorageException">It was refused, or every attempt failed.</exception>
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

    /// <summary>A JSON answer, with attempts.</summary>
    /// <param name="request">Makes the request, for each attempt.</param>
    /// <param name="read">Makes of the answer what was asked for.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StorageException">It was refused, every attempt failed, or it is no JSON, or other JSON than was asked for.</exception>
    public Task<T> GetJsonAsync<T>(Func<ValueTask<HttpRequestMessage>> request, Func<JsonElement, T> read, CancellationToken cancellationToken)
        => RetryAsync(
            async () =>
            {
                using var response = await SendAsync(request, cancellationToken);
                using var limit = LimitTo(_environment.ReadTimeout, cancellationToken);
                try
                {
                    await response.Content.LoadIntoBufferAsync(MostJsonBytes, limit.Token);
                    return read(JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(limit.Token)));
                }
                catch (JsonException failure)
                {
                    throw new StorageException(FailureCategory.Damaged, $"What {response.RequestMessage!.RequestUri!.Host} answered is no JSON: {failure.Message}", failure);
                }
                catch (Exception failure) when (failure is FormatException or OverflowException or InvalidOperationException)
                {
                    throw new StorageException(FailureCategory.Damaged, $"What {response.RequestMessage!.RequestUri!.Host} answered is JSON, but not what was asked for: {failure.Message}", failure);
                }
                catch (Exception failure) when (IsTransient(failure, cancellationToken))
                {
                    throw new TransientException($"{response.RequestMessage!.RequestUri!.Host} broke off its answer: {failure.Message}", failure);
                }
            },
            cancellationToken);

    /// <summary>One attempt; redirects are followed.</summary>
    /// <returns>A response of 200, 206, or 416, whose body has not been read.</returns>
    /// <exception cref="TransientException">Another attempt may succeed.</exception>
    /// <exception cref="StorageException">None will.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<ValueTask<HttpRequestMessage>> makeRequest, CancellationToken cancellationToken)
    {
        var request = await makeRequest();
        for (var redirects = 0; ; redirects++)
        {
            AddHeadersOfHost(request);
            var response = await SendOnceAsync(request, cancellationToken);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable) return response;
                using (response) throw await FailureOfAsync(response, cancellationToken);
            }
            using (response)
            {
                var next = new Uri(request.RequestUri!, location);
                if (redirects == MostRedirects) throw new StorageException(FailureCategory.Connection, $"{request.RequestUri!.Host} redirects more than {MostRedirects} times.");
                if (next.Scheme != "https" && next.Scheme != request.RequestUri!.Scheme)
                    throw new StorageException(FailureCategory.Connection, $"{request.RequestUri.Host} redirects from https to {next.Scheme}://{next.Host}, which is not followed.");
                request = Redirected(request, next);
            }
        }
    }

    /// <summary>A limit on silence.</summary>
    public static CancellationTokenSource LimitTo(TimeSpan time, CancellationToken cancellationToken)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(time);
        return limit;
    }

    /// <summary>The limit on coming about and on the first byte of an answer.</summary>
    public CancellationTokenSource LimitAnswer(CancellationToken cancellationToken) => LimitTo(_environment.ConnectTimeout + _environment.ReadTimeout, cancellationToken);

    /// <summary>Whether a failure of the network lets hope for another attempt.</summary>
    public static bool IsTransient(Exception failure, CancellationToken cancellationToken)
        => failure is HttpRequestException or HttpIOException or IOException { InnerException: System.Net.Sockets.SocketException }
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>What a status means.</summary>
    public static Exception FailureOf(HttpStatusCode status, string reason, bool areCredentialsWrong, TimeSpan? retryAfter) => (int)status switch
    {
        401 => new StorageException(FailureCategory.Authentication, reason),
        400 or 403 when areCredentialsWrong => new StorageException(FailureCategory.Authentication, reason),
        403 => new StorageException(FailureCategory.Permission, reason),
        404 or 410 => new StorageException(FailureCategory.NotFound, reason),
        408 or 425 or 429 or >= 500 => new TransientException(reason) { RetryAfter = retryAfter },
        _ => new StorageException(FailureCategory.Connection, reason),
    };

    /// <summary>
    /// The pause that a server asks for; null where it asks for none. One that wants a day is not waited for: Kubernetes starts the container again, and what has come is kept.
    /// </summary>
    internal static TimeSpan? DelayAskedFor(Exception? failure)
        => failure is TransientException { RetryAfter: { } asked } ? TimeSpan.FromTicks(Math.Min(asked.Ticks, LongestDelay.Ticks)) : null;

    public void Dispose() => Client.Dispose();

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = LimitAnswer(cancellationToken);
        try
        {
            return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new StorageException(FailureCategory.Connection, $"{request.RequestUri!.Host} cannot be trusted: {(failure.InnerException ?? failure).Message}", failure);
        }
        catch (Exception failure) when (IsTransient(failure, cancellationToken))
        {
            var reason = failure is OperationCanceledException ? $"no answer in {(_environment.ConnectTimeout + _environment.ReadTimeout).TotalSeconds:0} s" : failure.Message;
            throw new TransientException($"{request.RequestUri!.Authority} cannot be reached: {reason}", failure);
        }
    }

    private async Task<Exception> FailureOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var host = response.RequestMessage!.RequestUri!.Authority;
        var (code, message) = await ReasonOfAsync(response, cancellationToken);
        var reason = $"{host} answered {(int)response.StatusCode}{(code is null ? "" : $" {code}")}{(message is null ? "" : $": {message}")}.";
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            return new StorageException(FailureCategory.Authentication, reason, new UnauthorizedException([.. response.Headers.WwwAuthenticate]));
        return FailureOf(response.StatusCode, reason, code is "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "ExpiredToken" or "InvalidToken" or "AuthenticationFailed", response.Headers.RetryAfter?.Delta);
    }

    /// <summary>What stores say in XML; anything else in a body may be a page of many lines.</summary>
    private async Task<(string? Code, string? Message)> ReasonOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = LimitTo(_environment.ReadTimeout, cancellationToken);
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

    /// <summary>KServe's variable <c>HOST-headers</c>: a JSON object of headers for that host and no other.</summary>
    private void AddHeadersOfHost(HttpRequestMessage request)
    {
        foreach (var (name, value) in _environment.Map($"{request.RequestUri!.Host}-headers")) request.Headers.TryAddWithoutValidation(name, value);
    }

    // Who asks is told to the host that was named, and to no other that it names.
    private HttpRequestMessage Redirected(HttpRequestMessage from, Uri next)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, next);
        var ownHeaders = _environment.Map($"{from.RequestUri!.Host}-headers");
        foreach (var header in from.Headers.Where(header => !ownHeaders.ContainsKey(header.Key)))
            if (header.Key is "Range" or "Accept-Encoding" or "Accept" || (header.Key == "Authorization" && next.Authority == from.RequestUri.Authority))
                request.Headers.TryAddWithoutValidation(header.Key, header.Value);
        return request;
    }

    private static ResiliencePipeline PipelineOf(StorageEnvironment environment, TimeProvider time)
    {
        // Polly has no word for a single attempt but the empty pipeline.
        if (environment.MaxAttempts == 1) return ResiliencePipeline.Empty;
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        return builder.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<TransientException>(),
            MaxRetryAttempts = environment.MaxAttempts - 1,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = environment.RetryDelay,
            MaxDelay = LongestDelay,
            DelayGenerator = outcome => ValueTask.FromResult(DelayAskedFor(outcome.Outcome.Exception)),
        }).Build();
    }

    [GeneratedRegex("<Code>([A-Za-z0-9]{1,80})</Code>")]
    private static partial Regex CodeElement();

    [GeneratedRegex("<Message>([^<]{1,300})")]
    private static partial Regex MessageElement();
}
