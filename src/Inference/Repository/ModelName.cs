using InferenceServices.Contracts.Errors;

namespace InferenceServices.Inference.Repository;

/// <summary>Validates model names in load and unload requests.</summary>
internal static class ModelName
{
    // Maximum length of a folder name.
    private const int MaxLength = 255;

    /// <summary>Accepts a version that can be part of a URL.</summary>
    /// <exception cref="InvalidInputException">400.</exception>
    public static void CheckVersion(string version)
    {
        if (version.Length is 0 or > MaxLength || version is "." or ".." || version.AsSpan().ContainsAny('/', '\\') || version.Any(char.IsControl))
            throw new InvalidInputException($"the version should have 1 to {MaxLength} characters without slashes and control characters");
    }

    /// <summary>Accepts the name of a folder, rejects paths.</summary>
    /// <exception cref="InvalidInputException">400; the text is Triton's.</exception>
    public static void Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > MaxLength) throw new InvalidInputException($"model name should have 1 to {MaxLength} characters, got {name.Length}");
        if (name is "." or ".." || name.AsSpan().ContainsAny('/', '\\') || name.Any(char.IsControl))
            throw new InvalidInputException("model name must not contain path traversal characters");
    }
}
