namespace InferenceServices.Contracts.Errors;

/// <summary>The model or version does not exist: 404 <c>model_not_found</c>.</summary>
/// <param name="modelName">The requested model.</param>
/// <param name="modelVersion">The requested version; null for the default version.</param>
/// <remarks>Text of KServe's <c>ModelNotFound</c>.</remarks>
public sealed class ModelNotFoundException(string modelName, string? modelVersion = null)
    : InferenceException(404, "model_not_found", modelVersion is null
        ? $"Model with name {ShortText.Of(modelName)} does not exist."
        : $"Model with name {ShortText.Of(modelName)} and version {ShortText.Of(modelVersion)} does not exist.");
