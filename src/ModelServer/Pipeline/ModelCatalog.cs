using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V2;
using InferenceServices.ModelServer.Hosting;
using InferenceServices.ModelServer.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Pipeline;

/// <summary>The models and services that requests can name, and their state.</summary>
internal sealed class ModelCatalog
{
    /// <summary>Suffix of the model name under which V2 requests reach an explainer.</summary>
    public const string ExplainerSuffix = "-explainer";

    private readonly IPredictor _predictor;
    private readonly Dictionary<string, CatalogEntry> _services = new(StringComparer.Ordinal);
    private readonly IV1Handler _tensorsV1;
    private readonly IV2Handler _tensorsV2;
    private readonly long _maxBodyBytes;
    private volatile bool _isDraining;

    /// <summary>Builds one entry per service, and one more per explainer.</summary>
    public ModelCatalog(
        IPredictor predictor,
        IEnumerable<ServiceDefinition> services,
        V1TensorTransformer tensors,
        IOptions<ModelServerOptions> options,
        RequestMetrics metrics,
        IServiceProvider provider)
    {
        _predictor = predictor;
        _tensorsV1 = new ServiceHandler(tensors, predictor);
        _tensorsV2 = new TensorHandler(predictor);
        _maxBodyBytes = options.Value.RequestPayloadLimit;
        foreach (var service in services)
        {
            var isPlainModel = ReferenceEquals(service.Transformer, tensors);
            // Created only for a service that uses it: the cache opens a database connection pool.
            var cache = service.Transformer.HasCacheKeys ? provider.GetService<IResponseCache>() : null;
            var handler = new ServiceHandler(service.Transformer, predictor);
            IV1Handler v1 = cache is null ? handler : new CachedServiceHandler(handler, cache, metrics);
            IV2Handler v2 = isPlainModel ? _tensorsV2 : new ServiceV2Adapter(v1);
            var explain = service.Explainer is { } explainer ? new ExplainHandler(explainer) : null;
            _services.Add(service.ModelName, new CatalogEntry(service.ModelName, service.ModelName, service.MaxBodyBytes, !isPlainModel, v1, v2, explain));
            if (explain is null) continue;
            var name = service.ModelName + ExplainerSuffix;
            _services.Add(name, new CatalogEntry(name, service.ModelName, service.MaxBodyBytes, IsService: true, explain, new ServiceV2Adapter(explain), explain));
        }
    }

    /// <summary>Names of the services, or of the predictor's models on a server without services.</summary>
    public IReadOnlyCollection<string> ModelNames => _services.Count > 0 ? _services.Keys : _predictor.ModelNames;

    /// <summary>Whether the server is about to stop.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Finds a model or service.</summary>
    /// <exception cref="ModelNotFoundException">No such model: 404.</exception>
    public CatalogEntry Find(string modelName)
    {
        if (_services.TryGetValue(modelName, out var service)) return service;
        // ModelNames looks names up in constant time; see IPredictor.
        if (_services.Count > 0 || !_predictor.ModelNames.Contains(modelName)) throw new ModelNotFoundException(modelName);
        return new CatalogEntry(modelName, modelName, _maxBodyBytes, IsService: false, _tensorsV1, _tensorsV2, Explainer: null);
    }

    /// <summary>Reports every model as not ready from now on, so that load balancers stop sending requests. Requests are still answered.</summary>
    public void Drain() => _isDraining = true;

    /// <summary>Returns whether a model can answer.</summary>
    /// <exception cref="ModelNotFoundException">No such model or version: 404.</exception>
    public async ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
    {
        var model = Find(modelName);
        if (model.IsService)
        {
            ServiceV2Adapter.CheckVersion(modelName, modelVersion);
            // The version of a service is not a version of the model at its predictor.
            modelVersion = null;
        }
        return !_isDraining && await _predictor.IsReadyAsync(model.PredictorModel, modelVersion, cancellationToken);
    }

    /// <summary>Returns the V2 metadata: the tensors a service accepts on V2, or those a model file declares.</summary>
    /// <exception cref="ModelNotFoundException">No such model or version: 404.</exception>
    public async ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
    {
        if (Find(modelName).IsService)
        {
            ServiceV2Adapter.CheckVersion(modelName, modelVersion);
            return ServiceV2Adapter.Describe(modelName);
        }
        return await _predictor.GetMetadataAsync(modelName, modelVersion, cancellationToken);
    }
}
