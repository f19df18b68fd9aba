using InferenceServices.Contracts.Errors;

namespace InferenceServices.Inference.Repository;

/// <summary>What a model may be called by a caller who wants it loaded or unloaded.</summary>
internal static class ModelName
{
    // A folder's name can have no more.
    private const int MaxLength = 255;

    /// <summary>Passes the name of a folder, refuses what tries to be a path.</summary>
    /// <exception cref="InvalidInputException">400; the text is Triton's.</exception>
    public static void Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > MaxLength) throw new InvalidInputException($"model name should have 1 to {MaxLength} characters, got {name.Length}");
        if (name is "." or ".." || name.AsSpan().ContainsAny('/', '\\') || name.Any(char.IsControl))
            throw new InvalidInputException("model name must not contain path traversal characters");
    }
}
