namespace InferenceServices.Contracts.Errors;

/// <summary>ONNX Runtime failed to run the graph for a request that matches its signature: 500 <c>model_failed</c>.</summary>
/// <param name="modelName">Name of the model.</param>
/// <param name="innerException">The exception of the runtime; logged, not sent.</param>
public sealed class ModelFailedException(string modelName, Exception innerException)
    : InferenceException(500, "model_failed", $"Model {modelName} failed to run on this request.", innerException);
