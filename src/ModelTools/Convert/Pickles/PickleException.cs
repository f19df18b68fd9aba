namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>A pickle is corrupt, exceeds a limit, or has an operation that model files do not need. The message is a clause without the file's name.</summary>
internal sealed class PickleException(string message) : Exception(message);
