using InferenceServices.Inference.Execution;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using ModelMetadata = InferenceServices.Contracts.V2.ModelMetadata;

namespace InferenceServices.Inference.Repository;

/// <summary>From a file to a version that has answered once.</summary>
internal static partial class ModelLoader
{
    private const long SmallModelBytes = 4 << 20;

    /// <exception cref="ModelLoadException">The file is not a model this runtime and protocol can serve.</exception>
    public static ModelVersion Load(ModelFile file, IReadOnlyList<string> versions, InferenceOptions options, ILogger logger)
    {
        var threads = file.Settings.Parameters?.IntraOpNumThreads ?? options.IntraOpNumThreads;
        var session = Open(file, threads == 0 ? DefaultThreads(file) : threads);
        try
        {
            var metadata = new ModelMetadata(file.Name, versions, "onnxruntime_onnx", session.Inputs, OutputLabels.AddTo(file, session.Outputs));
            if (file.Settings.WarmUp) WarmUp(file, session, logger);
            return new ModelVersion(metadata, file.Version, session, options);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    // Handing parts of a microsecond's work to a second thread costs more than it saves: langid's graph takes 8 % less processor time on one.
    private static int DefaultThreads(ModelFile file) => new FileInfo(file.Path).Length < SmallModelBytes ? 1 : Environment.ProcessorCount;

    private static ModelSession Open(ModelFile file, int threads)
    {
        try
        {
            return new ModelSession(file.Path, threads);
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or NotSupportedException)
        {
            throw new ModelLoadException($"{file.Path} cannot be loaded: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    // The first run allocates the arena and builds kernels' caches: no caller should pay for that.
    private static void WarmUp(ModelFile file, ModelSession session, ILogger logger)
    {
        using var request = WarmUpRequest.For(session.Inputs);
        using var options = new RunOptions();
        try
        {
            foreach (var output in session.Run(request, options)) output.Tensor.Dispose();
        }
        catch (OnnxRuntimeException exception)
        {
            // Zeros in a shape of ones need not be a valid request for every graph.
            Log.WarmUpFailed(logger, file.Name, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.WarmUpFailed, LogLevel.Warning, "Model {ModelName} could not be warmed up with zeros: {Reason}")]
        public static partial void WarmUpFailed(ILogger logger, string modelName, string reason);
    }
}
