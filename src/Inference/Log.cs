using Microsoft.Extensions.Logging;

namespace InferenceServices.Inference;

/// <summary>The log messages of this library.</summary>
// In one class: the source generator of .NET 10 orders several classes at random, which makes builds irreproducible (dotnet/runtime#119587).
internal static partial class Log
{
    [LoggerMessage(EventIds.ModelUnloaded, LogLevel.Information, "Unloaded model {ModelName}.")]
    public static partial void ModelUnloaded(ILogger logger, string modelName);

    [LoggerMessage(EventIds.LoadFailed, LogLevel.Warning, "Model {ModelName} could not be loaded: {Reason}")]
    public static partial void LoadFailed(ILogger logger, string modelName, string reason);

    [LoggerMessage(EventIds.ModelLoaded, LogLevel.Information, "Loaded model {ModelName} version {Version} from {Path} in {ElapsedMs:F0} ms.")]
    public static partial void ModelLoaded(ILogger logger, string modelName, string version, string path, double elapsedMs);

    [LoggerMessage(EventIds.NotBatched, LogLevel.Information, "Model {ModelName} version {Version} does not batch requests: {Reason}.")]
    public static partial void NotBatched(ILogger logger, string modelName, string version, string reason);

    [LoggerMessage(EventIds.WarmUpFailed, LogLevel.Warning, "Model {ModelName} could not be warmed up with zeros: {Reason}")]
    public static partial void WarmUpFailed(ILogger logger, string modelName, string reason);

    [LoggerMessage(EventIds.BatchingStopped, LogLevel.Warning, "Model {ModelName} version {Version} stops batching requests: {Reason}.")]
    public static partial void BatchingStopped(ILogger logger, string modelName, string version, string reason);

    [LoggerMessage(EventIds.PollFailed, LogLevel.Warning, "{ModelDir} could not be polled: {Reason}")]
    public static partial void PollFailed(ILogger logger, string modelDir, string reason);

    [LoggerMessage(EventIds.FolderSkipped, LogLevel.Warning, "{Folder} is skipped: {Reason}")]
    public static partial void FolderSkipped(ILogger logger, string folder, string reason);

    [LoggerMessage(EventIds.SettingsIgnored, LogLevel.Warning, "{Path}: these settings have no effect: {Settings}.")]
    public static partial void SettingsIgnored(ILogger logger, string path, string settings);

    [LoggerMessage(EventId = EventIds.RuntimeMessage, Message = "ONNX Runtime: {Message} ({Location})")]
    public static partial void RuntimeMessage(ILogger logger, LogLevel level, string message, string location);

    [LoggerMessage(EventIds.CacheFailed, LogLevel.Warning, "{Path} could not be read or written; the model is optimized at every start: {Reason}")]
    public static partial void CacheFailed(ILogger logger, string path, string reason);
}
