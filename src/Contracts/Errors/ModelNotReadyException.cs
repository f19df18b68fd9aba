namespace InferenceServices.Contracts.Errors;

/// <summary>The model exists but cannot run now: 503 <c>model_not_ready</c>.</summary>
/// <param name="modelName">The requested model.</param>
/// <param name="detail">The reason, as a sentence; null for none.</param>
/// <remarks>Text of KServe's <c>ModelNotReady</c>.</remarks>
public sealed class ModelNotReadyException(string modelName, string? detail = null)
    : InferenceException(503, "model_not_ready", $"Model with name {ShortText.Of(modelName)} is not ready.{(detail is null ? "" : " " + detail)}");
