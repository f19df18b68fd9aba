using InferenceServices.Contracts.Serving;
using InferenceServices.Explainer.Attribution.TreeShap;

namespace InferenceServices.Explainer.Tabular;

/// <summary>Finds the trees of a model that is nothing else.</summary>
internal static partial class TreeModel
{
    /// <param name="model">Its directory may have the ONNX file although a predictor elsewhere runs it.</param>
    /// <param name="logger">Told when there are trees that cannot be explained.</param>
    /// <returns>Null: there is no such file, or it is another kind of model. Its explanations are estimated.</returns>
    public static TreeShapModel? TryLoad(ServedModel model, ILogger logger)
    {
        if (!Directory.Exists(model.Directory) || Directory.GetFiles(model.Directory, "*.onnx") is not [var file]) return null;
        try
        {
            return TreeShapModel.TryLoad(file);
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidDataException)
        {
            LogEstimates(logger, file, exception.Message);
            return null;
        }
    }

    [LoggerMessage(EventIds.TreesNotExplained, LogLevel.Warning, "{File} is explained by estimates: {Reason}")]
    private static partial void LogEstimates(ILogger logger, string file, string reason);
}
