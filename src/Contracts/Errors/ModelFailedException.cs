namespace InferenceServices.Contracts.Errors;

/// <summary>ONNX Runtime failed to run the graph on a request that fits its signature: 500 <c>model_failed</c>.</summary>
/// <param name="modelName">The model.</param>
/// <param name="innerException">What the runtime said; logged, not sent.</param>
public sealed class ModelFailedException(string modelName, Exception innerException)
    : InferenceException(500, "model_failed", $"Model {modelName} failed to run on this request.", innerException);
