using InferenceServices.Inference.Batching;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Statistics;
using InferenceServices.Inference.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using ModelMetadata = InferenceServices.Contracts.V2.ModelMetadata;

namespace InferenceServices.Inference.Repository;

/// <summary>Loads a model from files and warms it up.</summary>
internal sealed class ModelLoader(InferenceOptions options, InferenceMetrics metrics, ILogger logger)
{
    // About the size that one processor reads in a millisecond.
    private const long SmallModelBytes = 4 << 20;
    private const long MaxReopenedBytes = 64 << 20;

    // Distributing a run over several threads costs up to 0.1 ms of CPU time.
    private static readonly TimeSpan MinParallelRun = TimeSpan.FromMilliseconds(2);

    private readonly OptimizedModelCache? _cache = options.OptimizedModelDir is { Length: > 0 } directory ? new OptimizedModelCache(directory, logger) : null;

    /// <summary>Loads every version. Blocks for as long as reading the files takes; do not call on a request thread.</summary>
    /// <exception cref="ModelLoadException">A version cannot be served; the other versions are released.</exception>
    public Model Load(DiscoveredModel found)
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
                var elapsed = TimeProvider.System.GetElapsedTime(started);
                metrics.RecordLoad(file.Name, elapsed);
                Log.ModelLoaded(logger, file.Name, file.Version, file.Path, elapsed.TotalMilliseconds);
            }
            return new Model(found.Name, versions);
        }
        catch
        {
            foreach (var version in versions) version.Release();
            throw;
        }
    }

    private ModelVersion Load(ModelFile file, string[] versions)
    {
        var session = OpenWithThreads(file);
        try
        {
            var metadata = new ModelMetadata(file.Name, versions, "onnxruntime_onnx", session.Inputs, OutputLabels.AddTo(file, session.Outputs));
            var limits = LimitsOf(file, session, out var hasBatchAxis);
            return new ModelVersion(metadata, file.Version, session, limits, logger)
            {
                EmptyTensors = EmptyTensors.Of(session.Inputs, session.Outputs, GraphOperators.Read(file.Path), hasBatchAxis),
                Statistics = new VersionStatistics(metrics.ForModel(file.Name)),
            };
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens a session with the configured number of threads. Without a setting: one thread if a warm run is too short to be distributed, otherwise
    /// the pool that all models share. The file size is the first guess, so that few models are opened twice, and those with large files never.
    /// </summary>
    private ModelSession OpenWithThreads(ModelFile file)
    {
        var configured = file.Settings.Parameters?.IntraOpNumThreads ?? options.IntraOpNumThreads;
        if (configured > 0) return Open(file, configured, out _);
        if (Environment.ProcessorCount == 1) return Open(file, ModelSession.SharedPool, out _);
        var length = new FileInfo(file.Path).Length;
        var guess = length < SmallModelBytes ? 1 : ModelSession.SharedPool;
        var session = Open(file, guess, out var run);
        var threads = run is null ? guess : run <= MinParallelRun ? 1 : ModelSession.SharedPool;
        if (threads == guess || length > MaxReopenedBytes) return session;
        session.Dispose();
        return Open(file, threads, out _);
    }

    /// <param name="file">The model file.</param>
    /// <param name="threads">Number of threads within a run, or <see cref="ModelSession.SharedPool"/>.</param>
    /// <param name="run">CPU time of a warm run of one row, which is its duration in one thread; null when the model was not warmed up.</param>
    private ModelSession Open(ModelFile file, int threads, out TimeSpan? run)
    {
        ModelSession? session = null;
        try
        {
            session = new ModelSession(file.Path, threads, _cache);
            run = file.Settings.WarmUp ? WarmUp(file, session) : null;
            return session;
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or NotSupportedException or IOException or UnauthorizedAccessException)
        {
            session?.Dispose();
            throw new ModelLoadException($"{file.Path} cannot be loaded: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    // The first run allocates the memory arena and builds the kernels' caches. Warm-up moves this cost out of the first request.
    private TimeSpan? WarmUp(ModelFile file, ModelSession session)
    {
        var reason = "inputs of the smallest size are too large to be generated";
        foreach (var length in TrialRequest.LengthsFor(session.Inputs))
        {
            try
            {
                return WarmUp(session, length);
            }
            catch (OnnxRuntimeException exception)
            {
                // Not every graph accepts generated inputs, or this length.
                reason = exception.Message;
            }
        }
        Log.WarmUpFailed(logger, file.Name, reason);
        return null;
    }

    private static TimeSpan WarmUp(ModelSession session, long length)
    {
        using var request = TrialRequest.Create(session.Inputs, length, 0, 1);
        using var runOptions = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        Run();
        var before = Environment.CpuUsage.TotalTime;
        Run();
        return Environment.CpuUsage.TotalTime - before;

        void Run()
        {
            foreach (var output in session.Run(request, runOptions, out _)) output.Tensor.Dispose();
        }
    }

    /// <param name="file">The model file.</param>
    /// <param name="session">The session of the file.</param>
    /// <param name="hasBatchAxis">Whether the signature permits a batch axis and the probe, if it ran, did not disprove it.</param>
    private ModelLimits LimitsOf(ModelFile file, ModelSession session, out bool hasBatchAxis)
    {
        var limits = ModelLimits.Of(file, options);
        var obstacle = BatchingProbe.FindObstacle(session.Inputs, session.Outputs);
        hasBatchAxis = obstacle is null;
        if (limits.Batch.MaxBatchSize == 1) return limits;
        // An explicit max_batch_size confirms that rows are independent.
        if (obstacle is null && file.Settings.MaxBatchSize is null)
        {
            if (file.Settings.WarmUp)
            {
                obstacle = BatchingProbe.FindObstacle(session, out var areRowsDependent);
                hasBatchAxis = !areRowsDependent;
            }
            else obstacle = "warm-up is disabled, so batching was not verified";
        }
        if (obstacle is null) return limits;
        Log.NotBatched(logger, file.Name, file.Version, obstacle);
        return limits with { Batch = BatchLimits.Disabled };
    }
}
