namespace InferenceServices.ModelTools;

/// <summary>A file cannot be used. The message is one sentence for the person at the terminal and names the file; the exit code is 1.</summary>
internal sealed class ModelFileException(string message) : Exception(message);
