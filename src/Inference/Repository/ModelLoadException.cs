using InferenceServices.Contracts.Errors;

namespace InferenceServices.Inference.Repository;

/// <summary>A model cannot be served as it lies on disk. Ends a start; the message is for the operator.</summary>
/// <param name="message">One sentence: the path, what was expected, what was found.</param>
/// <param name="innerException">What the runtime said.</param>
public sealed class ModelLoadException(string message, Exception? innerException = null) : StartException(message, innerException);
