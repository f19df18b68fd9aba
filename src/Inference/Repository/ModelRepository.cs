using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V2;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.Inference.Repository;

/// <summary>The model repository of this process: loads, unloads and runs models.</summary>
public sealed class ModelRepository : IPredictor, IModelRepository, IDisposable
{
    // Enough for a server of thousands of models that all load at once. Without a limit, callers that wait would take all memory.
    internal const int MaxPendingLoads = 10_000;

    private readonly InferenceOptions _options;
    private readonly ILogger<ModelRepository> _logger;
    private readonly ModelLoader _loader;
    private readonly ModelRegistry _models = new();

    // One load or unload at a time for each model. A load that takes long does not delay those of other models.
    private readonly PartitionedRateLimiter<string> _loads = PartitionedRateLimiter.Create<string, string>(
        static name => RateLimitPartition.GetConcurrencyLimiter(name, static _ => new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = int.MaxValue }));

    // A load has a thread and a session, so few run at a time. A load that was abandoned at its time limit does not count, or further loads could not run.
    private readonly ConcurrencyLimiter _running;
    private readonly SharedRead<IReadOnlyList<DiscoveredModel>> _discovery;
    private readonly ConcurrencyLimiter _pending = new(new() { PermitLimit = MaxPendingLoads });

    /// <summary>Creates an empty repository.</summary>
    /// <param name="options">The model directory and execution settings.</param>
    /// <param name="logger">Logger.</param>
    /// <param name="meters">Creates the meter of this library.</param>
    public ModelRepository(IOptions<InferenceOptions> options, ILogger<ModelRepository> logger, IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(meters);
        _options = options.Value;
        _logger = logger;
        OnnxRuntime.LogTo(logger);
        var threads = _options.ModelLoadThreadCount > 0 ? _options.ModelLoadThreadCount : Math.Max(2, Environment.ProcessorCount);
        _running = new(new() { PermitLimit = threads, QueueLimit = int.MaxValue });
        _discovery = new(() => FindAsync(onSkipped: null, CancellationToken.None));
        _loader = new ModelLoader(_options, new InferenceMetrics(meters, () => _models.TakeSnapshot().Models), logger);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ModelNames => _models.Names;

    /// <summary>Loads and warms up all models, then puts them into service together. A multi-model server starts without models.</summary>
    /// <param name="cancellationToken">Stops the loads.</param>
    /// <exception cref="ModelLoadException">
    /// There is no model, or a model cannot be served and <c>--exit_on_model_error</c> is true. No model is in service then.
    /// </exception>
    public async Task LoadAllAsync(CancellationToken cancellationToken)
    {
        if (_options.MultiModelServer) return;
        var found = await FindAsync((folder, reason) => Log.FolderSkipped(_logger, folder, reason), cancellationToken);
        if (found.Count == 0) throw ModelDiscovery.NotFound(_options.ModelDir);
        var models = new List<Model>(found.Count);
        try
        {
            foreach (var model in found)
            {
                try
                {
                    models.Add(await _loader.LoadAsync(model, cancellationToken));
                }
                catch (ModelLoadException exception) when (!_options.ExitOnModelError)
                {
                    RecordFailure(model.Name, exception);
                }
            }
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
        var model = Acquire(modelName, modelVersion, request, out var empty);
        if (empty is not null)
        {
            model.Statistics.RecordZeroRows();
            return new InferResponse { ModelName = modelName, ModelVersion = model.Version, Id = request.Id, Outputs = empty, QueueTime = TimeSpan.Zero };
        }
        var arrived = Stopwatch.GetTimestamp();
        try
        {
            var result = await model.InferAsync(request, cancellationToken);
            InferenceTraces.Record(result);
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
            // Like Triton's "fail", this counts every cause: full queue, cancelled request, failed run.
            model.Statistics.RecordFailure(arrived);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RepositoryEntry>> IndexAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<DiscoveredModel> found = [];
        try
        {
            found = await _discovery.ReadAsync().WaitAsync(cancellationToken);
        }
        catch (ModelLoadException exception)
        {
            // The index lists the loaded models.
            Log.PollFailed(_logger, _options.ModelDir, exception.Message);
        }
        return RepositoryIndex.Of(found, _models.TakeSnapshot());
    }

    /// <inheritdoc/>
    public async ValueTask LoadAsync(string modelName, CancellationToken cancellationToken)
    {
        ModelName.Check(modelName);
        using var pending = AdmitLoad();
        using var turn = await _loads.AcquireAsync(modelName, 1, cancellationToken);
        try
        {
            // Before the wait for a thread: loads of many models at once then share one read of the directory.
            var found = (await _discovery.ReadAsync().WaitAsync(cancellationToken)).FirstOrDefault(model => model.Name == modelName) ?? throw new ModelNotFoundException(modelName);
            using var place = await _running.AcquireAsync(1, cancellationToken);
            _models.BeginLoad(modelName);
            _models.Add(await _loader.LoadAsync(found, CancellationToken.None));
        }
        catch (ModelLoadException exception)
        {
            RecordFailure(modelName, exception);
            throw new ModelNotReadyException(modelName, $"It could not be loaded: {exception.Message}");
        }
        finally
        {
            _models.EndLoad(modelName);
        }
    }

    /// <inheritdoc/>
    public async ValueTask UnloadAsync(string modelName, CancellationToken cancellationToken)
    {
        ModelName.Check(modelName);
        using var pending = AdmitLoad();
        using var turn = await _loads.AcquireAsync(modelName, 1, cancellationToken);
        _models.Remove(modelName);
        Log.ModelUnloaded(_logger, modelName);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ModelStatistics> GetStatistics(string? modelName, string? modelVersion)
    {
        var versions = modelName is null
            ? _models.TakeSnapshot().Models.Values.OfType<Model>().OrderBy(model => model.Name, StringComparer.Ordinal).SelectMany(model => model.Versions)
            : modelVersion is null ? (_models.Find(modelName) ?? throw new ModelNotReadyException(modelName)).Versions : [_models.Find(modelName, modelVersion)];
        return [.. versions.Select(version => version.ReadStatistics())];
    }

    /// <summary>Retires all models. Each is disposed after its last request has run.</summary>
    public void Dispose()
    {
        _models.Dispose();
        _loads.Dispose();
        _running.Dispose();
        _pending.Dispose();
    }

    private RateLimitLease AdmitLoad()
    {
        var lease = _pending.AttemptAcquire();
        return lease.IsAcquired ? lease : throw ServerBusyException.WithLoads(MaxPendingLoads);
    }

    // The version may be disposed between lookup and AddRef. The next lookup then finds its successor or throws.
    /// <param name="modelName">Name of the model.</param>
    /// <param name="modelVersion">Version; null for the default version.</param>
    /// <param name="request">The request.</param>
    /// <param name="empty">Outputs of zero rows, which replace a run. The version then has no additional reference; otherwise null.</param>
    private ModelVersion Acquire(string modelName, string? modelVersion, InferRequest request, out InferOutput[]? empty)
    {
        while (true)
        {
            var model = _models.Find(modelName, modelVersion);
            empty = SignatureCheck.Check(model.Metadata, request) ? model.EmptyTensors.Answer(modelName, request) : null;
            if (empty is not null || model.TryAddRef()) return model;
        }
    }

    // A dedicated thread with a time limit: a network volume may block, and requests need the pool's threads.
    private async Task<IReadOnlyList<DiscoveredModel>> FindAsync(Action<string, string>? onSkipped, CancellationToken cancellationToken)
    {
        try
        {
            return await LoadThread.RunAsync(
                "model-discovery", _ => ModelDiscovery.Find(_options, onSkipped), TimeSpan.FromSeconds(_options.ModelLoadTimeoutSeconds), static _ => { }, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new ModelLoadException($"{_options.ModelDir} was not read within {_options.ModelLoadTimeoutSeconds} s, the limit of --model_load_timeout_seconds.");
        }
    }

    private void RecordFailure(string modelName, ModelLoadException exception)
    {
        _models.RecordFailure(modelName, exception.Message);
        Log.LoadFailed(_logger, modelName, exception.Message);
    }
}
