using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.Inference.Repository;

/// <summary>The models of this process, as they come and go.</summary>
public sealed class ModelRepository : IPredictor, IModelRepository, IDisposable
{
    private readonly InferenceOptions _options;
    private readonly ILogger<ModelRepository> _logger;
    private readonly ModelLoader _loader;
    private readonly LoadedModels _models = new();

    // One load at a time: two would each take all processors, and two of one model would race.
    private readonly SemaphoreSlim _loads = new(1, 1);

    /// <summary>An empty repository.</summary>
    /// <param name="options">Where the models are, and what they run with.</param>
    /// <param name="logger">Hears of loads and unloads.</param>
    /// <param name="meters">Makes the meter of this engine.</param>
    public ModelRepository(IOptions<InferenceOptions> options, ILogger<ModelRepository> logger, IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(meters);
        _options = options.Value;
        _logger = logger;
        _loader = new ModelLoader(_options, new InferenceMetrics(meters, () => _models.Read().Models), logger);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ModelNames => _models.Names;

    /// <summary>Loads every model there is, warms each up, and only then makes them known. A multi-model server begins with none.</summary>
    /// <exception cref="ModelLoadException">There is none, or one of them cannot be served; none is.</exception>
    public void Load()
    {
        if (_options.MultiModelServer) return;
        var found = ModelDiscovery.Find(_options);
        if (found.Count == 0) throw ModelDiscovery.Nothing(_options.ModelDir);
        var models = new List<Model>(found.Count);
        try
        {
            foreach (var model in found) models.Add(_loader.Load(model));
        }
        catch
        {
            foreach (var model in models) model.Retire();
            throw;
        }
        foreach (var model in models) _models.Add(model);
    }

    /// <inheritdoc/>
    public ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
        => new(_models.Find(modelName, modelVersion).Metadata);

    /// <inheritdoc/>
    public ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
        => new(_models.Find(modelName)?.Find(modelVersion) is not null);

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<InferResponse> InferAsync(
        string modelName, string? modelVersion, InferRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var model = Lease(modelName, modelVersion, request);
        var arrived = Stopwatch.GetTimestamp();
        try
        {
            var result = await model.InferAsync(request, cancellationToken);
            InferenceTraces.Add(result);
            return new InferResponse
            {
                ModelName = modelName,
                ModelVersion = model.Version,
                Id = request.Id,
                Outputs = result.Outputs,
                QueueTime = result.QueueTime,
            };
        }
        catch
        {
            // Whatever the reason, a full queue, a caller who left or the graph: Triton's "fail" counts them all.
            model.Statistics.CountFailure(arrived);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RepositoryEntry>> IndexAsync(CancellationToken cancellationToken)
        => new(RepositoryIndex.Of(ModelDiscovery.Find(_options), _models.Read()));

    /// <inheritdoc/>
    public async ValueTask LoadAsync(string modelName, CancellationToken cancellationToken)
    {
        ModelName.Check(modelName);
        await _loads.WaitAsync(cancellationToken);
        try
        {
            // A thread of its own: loading blocks for as long as the file is large, and the pool's threads are the requests'.
            await Task.Factory.StartNew(() => Load(modelName), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _loads.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask UnloadAsync(string modelName, CancellationToken cancellationToken)
    {
        ModelName.Check(modelName);
        await _loads.WaitAsync(cancellationToken);
        try
        {
            _models.Remove(modelName);
            Log.ModelUnloaded(_logger, modelName);
        }
        finally
        {
            _loads.Release();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ModelStatistics> GetStatistics(string? modelName, string? modelVersion)
    {
        var versions = modelName is null
            ? _models.Read().Models.Values.OfType<Model>().OrderBy(model => model.Name, StringComparer.Ordinal).SelectMany(model => model.Versions)
            : modelVersion is null ? (_models.Find(modelName) ?? throw new ModelNotReadyException(modelName)).Versions : [_models.Find(modelName, modelVersion)];
        return [.. versions.Select(version => version.ReadStatistics())];
    }

    /// <summary>Retires all models; each goes when its last request has run.</summary>
    public void Dispose() => _models.Dispose();

    // A version found may be retired before it is leased: then a newer one is there, or none at all.
    private ModelVersion Lease(string modelName, string? modelVersion, InferRequest request)
    {
        while (true)
        {
            var model = _models.Find(modelName, modelVersion);
            SignatureCheck.Check(model.Metadata, request);
            if (model.TryLease()) return model;
        }
    }

    private void Load(string modelName)
    {
        var found = ModelDiscovery.Find(_options).FirstOrDefault(model => model.Name == modelName) ?? throw new ModelNotFoundException(modelName);
        _models.Announce(modelName);
        try
        {
            _models.Add(_loader.Load(found));
        }
        catch (ModelLoadException exception)
        {
            _models.Fail(modelName, exception.Message);
            Log.LoadFailed(_logger, modelName, exception.Message);
            throw new ModelNotReadyException(modelName, $"It could not be loaded: {exception.Message}");
        }
        finally
        {
            _models.Settle(modelName);
        }
    }
}
