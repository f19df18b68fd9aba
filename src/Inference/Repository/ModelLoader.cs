using System.Diagnostics;
using InferenceServices.Inference.Batching;
using InferenceServices.Inference.Execution;
using InferenceServices.Inference.Statistics;
using InferenceServices.Inference.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using ModelMetadata = InferenceServices.Contracts.V2.ModelMetadata;

namespace InferenceServices.Inference.Repository;

/// <summary>From files to a model that has answered once.</summary>
internal sealed class ModelLoader(InferenceOptions options, InferenceMetrics metrics, ILogger logger)
{
    // A model that could not be tried: about what one processor reads in a millisecond.
    private const long SmallModelBytes = 4 << 20;
    private const long LargestTriedBytes = 64 << 20;

    // Handing parts of a run to other threads and waiting for them takes up to a tenth of a millisecond of their processors' time.
    private static readonly TimeSpan WorthSharing = TimeSpan.FromMilliseconds(2);

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
                var elapsed = TimeProvider.System.GetElapsedTime(started);
                metrics.Loaded(file.Name, elapsed);
                Log.ModelLoaded(logger, file.Name, file.Version, file.Path, elapsed.TotalMilliseconds);
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
        var session = OpenWithThreads(file);
        try
        {
            var metadata = new ModelMetadata(file.Name, versions, "onnxruntime_onnx", session.Inputs, OutputLabels.AddTo(file, session.Outputs));
            return new ModelVersion(metadata, file.Version, session, LimitsOf(file, session), logger)
            {
                Statistics = new VersionStatistics(metrics.Of(file.Name)),
            };
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>As many threads as the settings say; else one when a run is too short to share, which is tried unless the file is too large to be opened twice.</summary>
    private ModelSession OpenWithThreads(ModelFile file)
    {
        var threads = file.Settings.Parameters?.IntraOpNumThreads ?? options.IntraOpNumThreads;
        if (threads > 0) return Open(file, threads, out _);
        var length = new FileInfo(file.Path).Length;
        if (Environment.ProcessorCount == 1 || length > LargestTriedBytes) return Open(file, ModelSession.SharedPool, out _);
        var session = Open(file, 1, out var run);
        if (run is null ? length < SmallModelBytes : run <= WorthSharing) return session;
        session.Dispose();
        return Open(file, ModelSession.SharedPool, out _);
    }

    /// <param name="file">The model.</param>
    /// <param name="threads">Within a run, or <see cref="ModelSession.SharedPool"/>.</param>
    /// <param name="run">How long one of one row takes once the model is warm; null when it was not warmed up.</param>
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

    // The first run allocates the arena and builds kernels' caches: no caller should pay for that.
    private TimeSpan? WarmUp(ModelFile file, ModelSession session)
    {
        using var request = WarmUpRequest.For(session.Inputs);
        using var runOptions = new RunOptions();
        try
        {
            InferenceTimings times = default;
            for (var i = 0; i < 2; i++)
                foreach (var output in session.Run(request, runOptions, out times)) output.Tensor.Dispose();
            return Stopwatch.GetElapsedTime(times.InputsReady, times.Ran);
        }
        catch (OnnxRuntimeException exception)
        {
            // Zeros in a shape of ones need not be a valid request for every graph.
            Log.WarmUpFailed(logger, file.Name, exception.Message);
            return null;
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
}
