using System.IO.Enumeration;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>The filter of STORAGE_ALLOW_PATTERNS and STORAGE_IGNORE_PATTERNS: <c>*</c> and <c>?</c> match slashes too.</summary>
internal sealed class FilePatterns(StorageEnvironment environment)
{
    /// <summary>Returns the files that the patterns select.</summary>
    /// <exception cref="StorageException">No file matches.</exception>
    public IReadOnlyList<RemoteFile> Filter(IReadOnlyList<RemoteFile> files)
    {
        var (allowed, ignored) = (environment.GetList("STORAGE_ALLOW_PATTERNS"), environment.GetList("STORAGE_IGNORE_PATTERNS"));
        // Patterns apply to files; layers are not unpacked yet.
        var chosen = files.Where(file => file.IsLayer || ((allowed.Count == 0 || Matches(allowed, file.Path)) && !Matches(ignored, file.Path))).ToList();
        return chosen.Count > 0
            ? chosen
            : throw new StorageException(FailureCategory.NotFound, $"None of {files.Count} files matches STORAGE_ALLOW_PATTERNS and STORAGE_IGNORE_PATTERNS.");
    }

    private static bool Matches(IReadOnlyList<string> patterns, string path)
        => patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false));
}
