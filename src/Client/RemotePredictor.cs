using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V2;
using InferenceServices.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace InferenceServices.Client;

/// <summary>A predictor in another process. Failures of the connection become <see cref="PredictorException"/>.</summary>
internal sealed class RemotePredictor : IPredictor
{
    // Kubernetes waits about a second for a probe; probes must not accumulate while a predictor is unresponsive.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    private readonly IPredictorProtocol _protocol;
    private readonly PredictorClientOptions _options;
    private readonly TimeProvider _time;
    private readonly RetryBudget _budget = new();
    private readonly ResiliencePipeline _pipeline;

    public RemotePredictor(IPredictorProtocol protocol, IOptions<PredictorClientOptions> options, TimeProvider time, ILogger<RemotePredictor> logger)
    {
        _protocol = protocol;
        _options = options.Value;
        _time = time;
        _pipeline = PredictorPipeline.Of(_options, _budget, time, logger);
    }

    /// <summary>Empty: the models are known to the predictor only, which may not have started yet.</summary>
    public IReadOnlyList<string> ModelNames => [];

    public ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
        => CallAsync(
            static (call, token) => call._protocol.GetMetadataAsync(call.modelName, call.modelVersion, token),
            (_protocol, modelName, modelVersion),
            cancellationToken);

    public ValueTask<InferResponse> InferAsync(string modelName, string? modelVersion, InferRequest request, CancellationToken cancellationToken)
        => CallAsync(
            static (call, token) => call._protocol.InferAsync(call.modelName, call.modelVersion, call.request, token),
            (_protocol, modelName, modelVersion, request),
            cancellationToken);

    /// <summary>Calls the predictor only with <c>--enable_predictor_health_check</c>; otherwise a transformer is always ready.</summary>
    public async ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
    {
        if (!_options.EnablePredictorHealthCheck) return true;
        using var timeout = new CancellationTokenSource(ProbeTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // Without retries and circuit breaker: a probe reports the current state and is not counted as a request.
            return await _protocol.IsReadyAsync(modelName, modelVersion, either.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InferenceException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async ValueTask<T> CallAsync<T, TState>(
        Func<TState, CancellationToken, ValueTask<T>> execute, TState state, CancellationToken cancellationToken)
    {
        _budget.RecordRequest();
        try
        {
            return await _pipeline.ExecuteAsync(execute, state, cancellationToken);
        }
        catch (BrokenCircuitException exception)
        {
            throw PredictorException.CircuitOpen(_options.PredictorHost!, exception.RetryAfter ?? TimeSpan.FromSeconds(_options.PredictorBreakerSeconds));
        }
        catch (TimeoutRejectedException)
        {
            throw PredictorException.TimedOut(_options.PredictorHost!, TimeSpan.FromSeconds(_options.PredictorRequestTimeoutSeconds));
        }
        catch (HttpRequestException exception) when (PredictorPipeline.IsConnectFailure(exception))
        {
            throw PredictorException.Unreachable(_options.PredictorHost!, exception);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw PredictorException.TlsFailed(_options.PredictorHost!, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw PredictorException.ConnectionLost(_options.PredictorHost!, exception);
        }
    }
}
