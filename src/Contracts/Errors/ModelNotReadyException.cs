namespace InferenceServices.Contracts.Errors;

/// <summary>The model is known but cannot answer now: 503 <c>model_not_ready</c>.</summary>
/// <param name="modelName">As asked for.</param>
/// <remarks>Text of KServe's <c>ModelNotReady</c>.</remarks>
public sealed class ModelNotReadyException(string modelName)
    : InferenceException(503, "model_not_ready", $"Model with name {modelName} is not ready.");
