using System.Collections.Concurrent;
using InferenceServices.Inference.Batching;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Graphs;
using InferenceServices.Inference.Statistics;
using InferenceServices.Inference.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using ModelMetadata = InferenceServices.Contracts.V2.ModelMetadata;

namespace InferenceServices.Inference.Repository;

/// <summary>
/// Loads a model from files and warms it up. A model may be anything: a load runs on its own thread, within a time limit, and whatever it throws is that
/// model's failure.
/// </summary>
internal sealed class ModelLoader(InferenceOptions options, InferenceMetrics metrics, ILogger logger)
{
    // About the size that one processor reads in a millisecond.
    private const long SmallModelBytes = 4 << 20;
    private const long MaxReopenedBytes = 64 << 20;

    // Distributing a run over several threads costs up to 0.1 ms of CPU time.
    private static readonly TimeSpan MinParallelRun = TimeSpan.FromMilliseconds(2);

    // One eighth of the memory as INT64.
    private static readonly long MaxElements = Math.Min(1 << 26, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 64);

    // Ends of the loads that run, possibly abandoned, by name of the model.
    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);
    private readonly SessionProvider _provider = new(options.ExecutionProvider, options.ExecutionProviderOptions);
    private readonly OptimizedModelCache? _cache = options.OptimizedModelDir is { Length: > 0 } directory ? new OptimizedModelCache(directory, logger) : null;

    /// <summary>Loads every version. One load of a model at a time.</summary>
    /// <param name="found">The model.</param>
    /// <param name="stop">Stops the load.</param>
    /// <exception cref="ModelLoadException">A version cannot be served, or the load exceeded its time limit; the other versions are released.</exception>
    public async Task<Model> LoadAsync(DiscoveredModel found, CancellationToken stop)
    {
        if (found.Failure is { } failure) throw failure;
        var limit = TimeSpan.FromSeconds(options.ModelLoadTimeoutSeconds);
        await AwaitPreviousAsync(found.Name, limit, stop);
        try
        {
            return await LoadThread.RunAsync($"{found.Name}-load", token => RunLoad(found, token), limit, static model => model.Retire(), stop);
        }
        catch (TimeoutException)
        {
            throw new ModelLoadException(
                $"{found.Versions[0].Path} was not loaded, warmed up and tested for batching within {options.ModelLoadTimeoutSeconds} s, the limit of --model_load_timeout_seconds.");
        }
    }

    // An abandoned load usually reacts to its cancellation, but not at once. Loads that never react must not accumulate.
    private async Task AwaitPreviousAsync(string name, TimeSpan limit, CancellationToken stop)
    {
        if (!_running.TryGetValue(name, out var previous)) return;
        try
        {
            await previous.WaitAsync(limit, stop);
        }
        catch (TimeoutException)
        {
            throw new ModelLoadException($"The previous load of model {name} exceeded --model_load_timeout_seconds and has not ended; restart the server to load the model again.");
        }
    }

    private Model RunLoad(DiscoveredModel found, CancellationToken cancellationToken)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[found.Name] = end.Task;
        try
        {
            return Load(found, cancellationToken);
        }
        finally
        {
            _running.TryRemove(KeyValuePair.Create(found.Name, end.Task));
            end.SetResult();
        }
    }

    private Model Load(DiscoveredModel found, CancellationToken cancellationToken)
    {
        string[] names = [.. found.Versions.Select(file => file.Version)];
        var versions = new List<ModelVersion>(names.Length);
        try
        {
            foreach (var settings in found.Versions.Select(file => file.Settings).Distinct().Where(settings => settings.Ignored.Count > 0))
                Log.SettingsIgnored(logger, settings.Path, string.Join(", ", settings.Ignored));
            foreach (var file in found.Versions)
            {
                var started = TimeProvider.System.GetTimestamp();
                versions.Add(Load(found, file, names, cancellationToken));
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

    private ModelVersion Load(DiscoveredModel found, ModelFile file, string[] versions, CancellationToken cancellationToken)
    {
        ModelSession? session = null;
        try
        {
            ModelFolder.CheckRegular(file.Path);
            var graph = ModelGraph.Read(file.Path, options.AllowUnsafeOperators, MaxElements);
            session = OpenWithThreads(file, graph, cancellationToken);
            var metadata = new ModelMetadata(file.Name, versions, "onnxruntime_onnx", session.Inputs, OutputLabels.AddTo(file, session.Outputs)) { VersionPolicy = found.VersionPolicy };
            var limits = LimitsOf(file, session, out var hasBatchAxis, cancellationToken);
            return new ModelVersion(metadata, file.Version, session, limits, logger)
            {
                EmptyTensors = EmptyTensors.Of(session.Inputs, session.Outputs, graph.Operators, hasBatchAxis),
                Statistics = new VersionStatistics(metrics.ForModel(file.Name)),
            };
        }
        // Boundary of the model: ONNX Runtime throws exceptions of many types, and its binding adds some for errors that it does not know.
        catch (Exception exception)
        {
            session?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (exception is ModelLoadException) throw;
            throw new ModelLoadException($"{file.Path} cannot be loaded: {LoadFailure.Describe(file.Path, exception).TrimEnd('.')}.", exception);
        }
    }

    /// <summary>
    /// Opens a session with the configured number of threads. Without a setting: one thread if a warm run is too short to be distributed, otherwise
    /// the pool that all models share. The file size is the first guess, so that few models are opened twice, and those with large files never.
    /// </summary>
    private ModelSession OpenWithThreads(ModelFile file, ModelGraph graph, CancellationToken cancellationToken)
    {
        var configured = ModelLimits.ThreadsOf(file, options);
        if (configured > 0) return Open(file, graph, configured, out _, cancellationToken);
        // On another device, the threads run only the nodes that the device does not support.
        if (Environment.ProcessorCount == 1 || !_provider.IsCpu) return Open(file, graph, ModelSession.SharedPool, out _, cancellationToken);
        var length = new FileInfo(file.Path).Length;
        var guess = length < SmallModelBytes ? 1 : ModelSession.SharedPool;
        var session = Open(file, graph, guess, out var run, cancellationToken);
        var threads = run is null ? guess : run <= MinParallelRun ? 1 : ModelSession.SharedPool;
        if (threads == guess || length > MaxReopenedBytes) return session;
        session.Dispose();
        return Open(file, graph, threads, out _, cancellationToken);
    }

    /// <param name="file">The model file.</param>
    /// <param name="graph">The graph of the file.</param>
    /// <param name="threads">Number of threads within a run, or <see cref="ModelSession.SharedPool"/>.</param>
    /// <param name="run">CPU time of a warm run of one row, which is its duration in one thread; null when the model was not warmed up.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    private ModelSession Open(ModelFile file, ModelGraph graph, int threads, out TimeSpan? run, CancellationToken cancellationToken)
    {
        var session = new ModelSession(graph, threads, _cache, _provider, cancellationToken);
        try
        {
            TrialRequest.CheckSize(session.RequiredInputs);
            run = file.Settings.WarmUp ? WarmUp(file, session, cancellationToken) : null;
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    // The first run allocates the memory arena and builds the kernels' caches. Warm-up moves this cost out of the first request.
    private TimeSpan? WarmUp(ModelFile file, ModelSession session, CancellationToken cancellationToken)
    {
        var reason = "inputs of the smallest size are too large to be generated";
        foreach (var length in TrialRequest.LengthsFor(session.RequiredInputs))
        {
            try
            {
                return WarmUp(session, length, cancellationToken);
            }
            catch (OnnxRuntimeException exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Not every graph accepts generated inputs, or this length.
                reason = exception.Message;
            }
        }
        Log.WarmUpFailed(logger, file.Name, reason);
        return null;
    }

    private static TimeSpan WarmUp(ModelSession session, long length, CancellationToken cancellationToken)
    {
        using var request = TrialRequest.Create(session.RequiredInputs, length, 0, 1);
        using var runOptions = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var termination = runOptions.TerminateOn(cancellationToken);
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
    /// <param name="cancellationToken">Cancels the load.</param>
    private ModelLimits LimitsOf(ModelFile file, ModelSession session, out bool hasBatchAxis, CancellationToken cancellationToken)
    {
        var limits = ModelLimits.Of(file, options);
        var obstacle = BatchingProbe.FindObstacle(session.RequiredInputs, session.Outputs);
        hasBatchAxis = obstacle is null;
        if (limits.Batch.MaxBatchSize == 1) return limits;
        // An explicit max_batch_size confirms that rows are independent.
        if (obstacle is null && file.Settings.MaxBatchSize is null)
        {
            if (file.Settings.WarmUp)
            {
                obstacle = BatchingProbe.FindObstacle(session, out var areRowsDependent, cancellationToken);
                hasBatchAxis = !areRowsDependent;
            }
            else obstacle = "warm-up is disabled, so batching was not verified";
        }
        if (obstacle is null) return limits;
        Log.NotBatched(logger, file.Name, file.Version, obstacle);
        return limits with { Batch = BatchLimits.Disabled };
    }
}
