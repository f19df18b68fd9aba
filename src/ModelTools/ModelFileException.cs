namespace InferenceServices.ModelTools;

/// <summary>A file or option that a user supplied cannot be used. The message is one sentence for the terminal; the exit code is 1.</summary>
internal sealed class ModelFileException(string message) : Exception(message);
