using InferenceServices.Contracts.Errors;

namespace InferenceServices.Inference.Repository;

/// <summary>A model on disk cannot be served. Stops the start of the server; the message is for the operator.</summary>
/// <param name="message">One sentence: the path, the expected content, the actual content.</param>
/// <param name="innerException">The error of the runtime or of the file system.</param>
public sealed class ModelLoadException(string message, Exception? innerException = null) : StartException(message, innerException);
