using System.Security.Cryptography;
using System.Text;

namespace InferenceServices.StorageInitializer.Staging;

/// <summary>
/// The folder for incomplete files: a hidden folder in the destination, on the same volume, so that publishing a file is a rename.
/// It is preserved after a failure to resume the download. File names are hashed, so that a server never loads an incomplete model.
/// </summary>
internal sealed class StagingDirectory
{
    public const string FolderName = ".partial";

    private readonly string _all;
    private readonly string _own;

    /// <param name="destination">Absolute path of an existing folder.</param>
    /// <param name="source">The redacted address; partial files of other addresses are deleted.</param>
    public StagingDirectory(string destination, string source)
    {
        Destination = destination;
        _all = Path.Combine(destination, FolderName);
        _own = Path.Combine(_all, HashName(source));
        if (Directory.Exists(_all))
            foreach (var other in Directory.GetDirectories(_all).Where(folder => folder != _own)) Directory.Delete(other, recursive: true);
        Directory.CreateDirectory(_own);
    }

    public string Destination { get; }

    /// <summary>Returns the path of an incomplete file of the model.</summary>
    public string GetPartialPath(string path) => Path.Combine(_own, HashName(path) + ".part");

    /// <summary>Creates an empty folder for the content of archives.</summary>
    public string CreateUnpackDirectory()
    {
        var folder = Path.Combine(_own, "unpacked");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>Creates a symbolic link to a local file or folder.</summary>
    public StagedFile Link(StagedFile file)
    {
        var link = GetPartialPath(file.Path);
        if (new FileInfo(link).LinkTarget is not null) File.Delete(link);
        File.CreateSymbolicLink(link, file.StagedPath);
        return file with { StagedPath = link };
    }

    /// <summary>Deletes all downloaded data. Resuming with corrupt data would fail again.</summary>
    public void Discard() => Directory.Delete(_all, recursive: true);

    /// <summary>Resolves the paths of files in the destination.</summary>
    /// <param name="paths">The names in the store or archive.</param>
    /// <exception cref="StorageException">A name is invalid, or two names conflict. Object stores allow a name that is also the prefix of another.</exception>
    public IReadOnlyList<string> ResolvePaths(IReadOnlyList<string> paths)
    {
        var targets = paths.Select(path => SafePath.Combine(Destination, path)).ToList();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < targets.Count; i++)
            if (!taken.Add(targets[i])) throw new StorageException(FailureCategory.Archive, $"Two files have the path {paths[i]}; paths must be unique.");
        for (var i = 0; i < targets.Count; i++)
            if (SafePath.ParentFolders(Destination, targets[i]).FirstOrDefault(taken.Contains) is { } file)
                throw new StorageException(FailureCategory.Archive, $"The model has a file below a file: {paths[i]} below {Path.GetRelativePath(Destination, file)}; one of them must be renamed.");
        return targets;
    }

    /// <summary>
    /// Renames every file to its path in the destination, after all paths are validated. Nothing is copied, so no file is published partially.
    /// </summary>
    /// <exception cref="StorageException">Two files conflict, or an existing file or folder blocks a path. Nothing is published then.</exception>
    public void Publish(IReadOnlyList<StagedFile> files)
    {
        var targets = ResolvePaths([.. files.Select(file => file.Path)]);
        for (var i = 0; i < targets.Count; i++) ValidateTarget(files[i].Path, targets[i]);
        for (var i = 0; i < targets.Count; i++)
        {
            var (staged, target) = (files[i].StagedPath, targets[i]);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (!Directory.Exists(staged)) File.Move(staged, target, overwrite: true);
            else
            {
                // .NET treats a link to a folder as a folder, and does not overwrite folders.
                if (new DirectoryInfo(target).LinkTarget is not null) File.Delete(target);
                Directory.Move(staged, target);
            }
        }
        Discard();
    }

    private void ValidateTarget(string path, string target)
    {
        if (Directory.Exists(target) && new DirectoryInfo(target).LinkTarget is null)
            throw new StorageException(FailureCategory.Disk, $"The file {path} cannot be published: a folder of that name exists.");
        if (SafePath.ParentFolders(Destination, target).FirstOrDefault(File.Exists) is { } file)
            throw new StorageException(FailureCategory.Disk, $"The file {path} cannot be published: its folder {Path.GetRelativePath(Destination, file)} is a file.");
    }

    private static string HashName(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24];
}
