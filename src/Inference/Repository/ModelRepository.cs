using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Serving;
using InferenceServices.Contracts.V2;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace InferenceServices.Inference.Repository;

/// <summary>The models of this process.</summary>
public sealed partial class ModelRepository(IOptions<InferenceOptions> options, ILogger<ModelRepository> logger) : IPredictor, IDisposable
{
    private FrozenDictionary<string, Model> _models = FrozenDictionary<string, Model>.Empty;

    /// <inheritdoc/>
    public IReadOnlyList<string> ModelNames { get; private set; } = [];

    /// <summary>Loads every model the options name, warms each up, and only then makes them known.</summary>
    /// <exception cref="ModelLoadException">One of them cannot be served; none is.</exception>
    public void Load()
    {
        var models = new List<Model>();
        foreach (var files in ModelDiscovery.Find(options.Value.ModelDir, options.Value.ModelName).GroupBy(file => file.Name))
        {
            var names = files.Select(file => file.Version).ToArray();
            models.Add(new Model(files.Key, [.. files.Select(file => Load(file, names))]));
        }
        _models = models.ToFrozenDictionary(model => model.Name);
        ModelNames = [.. models.Select(model => model.Name)];
    }

    /// <inheritdoc/>
    public ValueTask<ModelMetadata> GetMetadataAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
        => new(Find(modelName, modelVersion).Metadata);

    /// <inheritdoc/>
    public ValueTask<bool> IsReadyAsync(string modelName, string? modelVersion, CancellationToken cancellationToken)
    {
        _ = Find(modelName, modelVersion);
        return new ValueTask<bool>(true);
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<InferResponse> InferAsync(
        string modelName, string? modelVersion, InferRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var model = Find(modelName, modelVersion);
        Execution.SignatureCheck.Check(model.Metadata, request);
        if (!model.TryLease()) throw new ModelNotReadyException(modelName);
        var outputs = await model.InferAsync(request, cancellationToken);
        return new InferResponse { ModelName = modelName, ModelVersion = model.Version, Id = request.Id, Outputs = outputs };
    }

    /// <summary>Retires all models; each goes when its last request has run.</summary>
    public void Dispose()
    {
        var models = Interlocked.Exchange(ref _models, FrozenDictionary<string, Model>.Empty);
        foreach (var model in models.Values)
            foreach (var version in model.Versions) version.Return();
    }

    private ModelVersion Find(string modelName, string? modelVersion)
        => _models.TryGetValue(modelName, out var model) ? model.Find(modelVersion) : throw new ModelNotFoundException(modelName);

    private ModelVersion Load(ModelFile file, string[] versions)
    {
        var started = TimeProvider.System.GetTimestamp();
        var version = ModelLoader.Load(file, versions, options.Value, logger);
        Log.Loaded(logger, file.Name, file.Version, file.Path, TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        return version;
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.ModelLoaded, LogLevel.Information, "Loaded model {ModelName} version {Version} from {Path} in {ElapsedMs:F0} ms.")]
        public static partial void Loaded(ILogger logger, string modelName, string version, string path, double elapsedMs);
    }
}
