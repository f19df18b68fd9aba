using InferenceServices.Inference.Batching;
using InferenceServices.Inference.Execution;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using ModelMetadata = InferenceServices.Contracts.V2.ModelMetadata;

namespace InferenceServices.Inference.Repository;

/// <summary>From files to a model that has answered once.</summary>
internal sealed partial class ModelLoader(InferenceOptions options, ILogger logger)
{
    private const long SmallModelBytes = 4 << 20;

    private readonly OptimizedModelCache? _cache = options.OptimizedModelDir is { Length: > 0 } directory ? new OptimizedModelCache(directory, logger) : null;

    /// <summary>Loads every version. Takes as long as the files are large: not for a thread that requests wait for.</summary>
    /// <exception cref="ModelLoadException">One of them cannot be served; nothing stays loaded.</exception>
    public Model Load(FoundModel found)
    {
        if (found.Failure is { } failure) throw failure;
        string[] names = [.. found.Versions.Select(file => file.Version)];
        var versions = new List<ModelVersion>(names.Length);
        try
        {
            foreach (var file in found.Versions)
            {
                var started = TimeProvider.System.GetTimestamp();
                versions.Add(Load(file, names));
                Log.Loaded(logger, file.Name, file.Version, file.Path, TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
            }
            return new Model(found.Name, versions);
        }
        catch
        {
            foreach (var version in versions) version.Return();
            throw;
        }
    }

    private ModelVersion Load(ModelFile file, string[] versions)
    {
        var session = Open(file);
        try
        {
            var metadata = new ModelMetadata(file.Name, versions, "onnxruntime_onnx", session.Inputs, OutputLabels.AddTo(file, session.Outputs));
            if (file.Settings.WarmUp) WarmUp(file, session);
            return new ModelVersion(metadata, file.Version, session, LimitsOf(file, session), logger);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private ModelSession Open(ModelFile file)
    {
        try
        {
            var threads = file.Settings.Parameters?.IntraOpNumThreads ?? options.IntraOpNumThreads;
            return new ModelSession(file.Path, threads == 0 ? DefaultThreads(file) : threads, _cache);
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or NotSupportedException or IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{file.Path} cannot be loaded: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    // Handing parts of a microsecond's work to a second thread costs more than it saves: langid's graph takes 8 % less processor time on one.
    private static int DefaultThreads(ModelFile file) => new FileInfo(file.Path).Length < SmallModelBytes ? 1 : 0;

    // The first run allocates the arena and builds kernels' caches: no caller should pay for that.
    private void WarmUp(ModelFile file, ModelSession session)
    {
        using var request = WarmUpRequest.For(session.Inputs);
        using var runOptions = new RunOptions();
        try
        {
            foreach (var output in session.Run(request, runOptions, out _)) output.Tensor.Dispose();
        }
        catch (OnnxRuntimeException exception)
        {
            // Zeros in a shape of ones need not be a valid request for every graph.
            Log.WarmUpFailed(logger, file.Name, exception.Message);
        }
    }

    private ModelLimits LimitsOf(ModelFile file, ModelSession session)
    {
        var limits = ModelLimits.Of(file, options);
        if (limits.Batch.MaxBatchSize == 1) return limits;
        var reason = RowIndependence.Refute(session.Inputs, session.Outputs)
            // Who says how many rows may run as one has said that they may.
            ?? (file.Settings.MaxBatchSize is not null ? null
                : file.Settings.WarmUp ? RowIndependence.Refute(session)
                : "it is not run before it is ready");
        if (reason is null) return limits;
        Log.NotBatched(logger, file.Name, file.Version, reason);
        return limits with { Batch = BatchLimits.Alone };
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.ModelLoaded, LogLevel.Information, "Loaded model {ModelName} version {Version} from {Path} in {ElapsedMs:F0} ms.")]
        public static partial void Loaded(ILogger logger, string modelName, string version, string path, double elapsedMs);

        [LoggerMessage(EventIds.NotBatched, LogLevel.Information, "Model {ModelName} version {Version} runs every request alone: {Reason}.")]
        public static partial void NotBatched(ILogger logger, string modelName, string version, string reason);

        [LoggerMessage(EventIds.WarmUpFailed, LogLevel.Warning, "Model {ModelName} could not be warmed up with zeros: {Reason}")]
        public static partial void WarmUpFailed(ILogger logger, string modelName, string reason);
    }
}
