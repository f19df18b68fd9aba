using System.Diagnostics;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V1;
using InferenceServices.ModelServer.Telemetry;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>Puts the response cache in front of a service: a request whose response is stored, or being computed, skips steps 3 to 5.</summary>
internal sealed class CachedServiceHandler(ServiceHandler handler, IResponseCache cache, RequestMetrics metrics) : IV1Handler
{
    public ValueTask<PredictResponse> PredictAsync(PredictRequest request, RequestRecord record, CancellationToken cancellationToken)
    {
        record.StartStage(Stage.Preprocess);
        var transformation = handler.Read(request);
        if (transformation.CacheKey is not { } key)
            return handler.RunAsync(transformation, request.ModelName, request.ModelVersion, request.RequestId, record, cancellationToken);
        record.EndStage();
        return GetOrCreateAsync(key, new Computation(handler, transformation, request.ModelName, request.RequestId, record), record, cancellationToken);
    }

    private async ValueTask<PredictResponse> GetOrCreateAsync(
        CacheKey key, Computation computation, RequestRecord record, CancellationToken cancellationToken)
    {
        var cached = await cache.GetOrCreateAsync(computation.ModelName, key, computation, static (state, token) => state.RunAsync(token), cancellationToken);
        // The computation may outlast this request; its record is read only once it has ended.
        if (computation.HasEnded) record.Merge(computation.Record);
        record.AddCacheOutcome(cached.Outcome, cached.Age, cached.Lifetime);
        metrics.CountCache(computation.ModelName, CacheHeaders.NameOf(cached.Outcome));
        return cached.Response;
    }

    /// <summary>Steps 3 to 5, independent of the request that started them: that request may be cancelled while others wait for the response.</summary>
    private sealed class Computation(ServiceHandler handler, ITransformation transformation, string modelName, string requestId, RequestRecord caller)
    {
        private readonly Activity? _span = Activity.Current;
        private volatile bool _hasEnded;

        public string ModelName { get; } = modelName;

        public RequestRecord Record { get; } = RequestRecord.CreateChild(caller);

        public bool HasEnded => _hasEnded;

        public async ValueTask<PredictResponse> RunAsync(CancellationToken cancellationToken)
        {
            // The cache runs this without the request's execution context.
            Activity.Current = _span;
            Record.StartStage(Stage.Preprocess);
            var response = await handler.RunAsync(transformation, ModelName, modelVersion: null, requestId, Record, cancellationToken);
            _hasEnded = true;
            return response;
        }
    }
}
