using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Codecs;
using InferenceServices.ModelServer.Codecs.V2;
using InferenceServices.ModelServer.Endpoints;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;

namespace InferenceServices.ModelServer.PredictorClient;

/// <summary>A predictor behind HTTP, spoken to in V2.</summary>
internal sealed class RemotePredictor : IPredictor
{
    private readonly HttpClient _http;
    private readonly PredictorClientOptions _options;
    private readonly TimeSpan _timeout;
    private readonly ResiliencePipeline<HttpResponseMessage> _retries;

    public RemotePredictor(HttpClient http, IOptions<PredictorClientOptions> options)
    {
        _http = http;
        _options = options.Value;
        _timeout = TimeSpan.FromSeconds(_options.PredictorRequestTimeoutSeconds);
        _retries = RetriesOf(_options.PredictorRequestRetries);
    }

    /// <summary>None: only the predictor knows, and it may not be up yet.</summary>
    public IReadOnlyList<string> ModelNames => [];

    public async ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, PathOf(modelName, modelVersion)), cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        try
        {
            return MetadataJson.Read(body);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw PredictorException.Unreadable(_options.PredictorHost!, exception);
        }
    }

    /// <summary>Asks the predictor only with <c>--enable_predictor_health_check</c>; else a transformer is ready when it is.</summary>
    public async ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
    {
        if (!_options.EnablePredictorHealthCheck) return true;
        try
        {
            using var response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, PathOf(modelName, modelVersion) + "/ready"), cancellationToken);
            return true;
        }
        catch (PredictorException)
        {
            return false;
        }
    }

    public async ValueTask<InferResponse> InferAsync(
        string modelName, string? modelVersion, InferRequest request, CancellationToken cancellationToken)
    {
        var body = JsonBody.Write(request, static (writer, asked) => InferRequestJson.Write(writer, asked, binary: false)).ToArray();
        using var response = await SendAsync(() => MessageOf(modelName, modelVersion, request.Id, body), cancellationToken);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        try
        {
            JsonText.RequireUtf8(answer);
            return InferResponseJson.Read(answer, default);
        }
        // Bad input of ours, not of our caller's.
        catch (InvalidInputException exception)
        {
            throw PredictorException.Unreadable(_options.PredictorHost!, exception);
        }
    }

    private static HttpRequestMessage MessageOf(string modelName, string? modelVersion, string? requestId, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(JsonBody.ContentType);
        var message = new HttpRequestMessage(HttpMethod.Post, PathOf(modelName, modelVersion) + "/infer") { Content = content };
        // One name for the request in the logs of both.
        if (requestId is not null) message.Headers.TryAddWithoutValidation(RequestId.Header, requestId);
        return message;
    }

    private static string PathOf(string modelName, string? modelVersion)
        => $"v2/models/{Uri.EscapeDataString(modelName)}" + (modelVersion is null ? "" : $"/versions/{Uri.EscapeDataString(modelVersion)}");

    // Only a connection that failed is tried again: asking twice for an answer doubles the load on a predictor in trouble.
    private static ResiliencePipeline<HttpResponseMessage> RetriesOf(int retries)
        => retries == 0
            ? ResiliencePipeline<HttpResponseMessage>.Empty
            : new ResiliencePipelineBuilder<HttpResponseMessage>()
                .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
                {
                    MaxRetryAttempts = retries,
                    Delay = TimeSpan.FromMilliseconds(100),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                        .Handle<HttpRequestException>(e => e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError),
                })
                .Build();

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_timeout);
        try
        {
            var response = await _retries.ExecuteAsync(
                async token =>
                {
                    using var message = make();
                    return await _http.SendAsync(message, token);
                },
                timeout.Token);
            if (response.StatusCode == HttpStatusCode.OK) return response;
            using (response) throw await RefusalOf(response, timeout.Token);
        }
        catch (HttpRequestException exception)
        {
            throw PredictorException.Unreachable(_options.PredictorHost!, exception);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw PredictorException.TimedOut(_options.PredictorHost!, _timeout);
        }
    }

    private static async Task<PredictorException> RefusalOf(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return PredictorException.Refused((int)response.StatusCode, ErrorOf(body) ?? "it gave no reason", response.Headers.RetryAfter?.Delta);
    }

    private static string? ErrorOf(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("error").GetString();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
