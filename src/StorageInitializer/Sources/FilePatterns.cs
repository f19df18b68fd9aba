using System.IO.Enumeration;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>STORAGE_ALLOW_PATTERNS and STORAGE_IGNORE_PATTERNS: <c>*</c> and <c>?</c>, slashes included.</summary>
internal sealed class FilePatterns(StorageEnvironment environment)
{
    /// <exception cref="StorageException">No file is left.</exception>
    public IReadOnlyList<RemoteFile> Choose(IReadOnlyList<RemoteFile> files)
    {
        var (allowed, ignored) = (environment.List("STORAGE_ALLOW_PATTERNS"), environment.List("STORAGE_IGNORE_PATTERNS"));
        // Patterns are about the model's files, and layers are not files yet.
        var chosen = files.Where(file => file.IsLayer || ((allowed.Count == 0 || Matches(allowed, file.Path)) && !Matches(ignored, file.Path))).ToList();
        return chosen.Count > 0
            ? chosen
            : throw new StorageException(FailureCategory.NotFound, $"Of {files.Count} files none is left by STORAGE_ALLOW_PATTERNS and STORAGE_IGNORE_PATTERNS.");
    }

    private static bool Matches(IReadOnlyList<string> patterns, string path)
        => patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false));
}
