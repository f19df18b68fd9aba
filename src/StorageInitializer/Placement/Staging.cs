using System.Security.Cryptography;
using System.Text;

namespace InferenceServices.StorageInitializer.Placement;

/// <summary>
/// Where files grow until all of them are complete: a hidden folder of the destination, on the same volume, so that putting a file into place is a rename.
/// It outlives a failure, so that the next start goes on where this one stopped; names in it are not those of the model, so that no server finds half of one.
/// </summary>
internal sealed class Staging
{
    public const string FolderName = ".partial";

    private readonly string _all;
    private readonly string _own;

    /// <param name="destination">Absolute; exists.</param>
    /// <param name="source">The address, which partial files belong to.</param>
    public Staging(string destination, string source)
    {
        Destination = destination;
        _all = Path.Combine(destination, FolderName);
        _own = Path.Combine(_all, NameOf(source));
        if (Directory.Exists(_all))
            foreach (var other in Directory.GetDirectories(_all).Where(folder => folder != _own)) Directory.Delete(other, recursive: true);
        Directory.CreateDirectory(_own);
    }

    public string Destination { get; }

    /// <summary>The name under which a file of the model grows.</summary>
    public string PartialPathOf(string path) => Path.Combine(_own, NameOf(path) + ".part");

    /// <summary>An empty folder for what an archive holds.</summary>
    public string CreateUnpackDirectory()
    {
        var folder = Path.Combine(_own, "unpacked");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>A symbolic link to a file or folder that is here already.</summary>
    public StagedFile Link(StagedFile file)
    {
        var link = PartialPathOf(file.Path);
        if (new FileInfo(link).LinkTarget is not null) File.Delete(link);
        File.CreateSymbolicLink(link, file.StagedPath);
        return file with { StagedPath = link };
    }

    /// <summary>Forgets all that has come: going on with what is wrong would never end well.</summary>
    public void Discard() => Directory.Delete(_all, recursive: true);

    /// <summary>
    /// Renames every file to where it belongs; nothing is copied, so nothing can break off in the middle of a file, and nothing is renamed before all of them have a place.
    /// </summary>
    /// <exception cref="StorageException">Two files have one place, or a folder is in a file's; nothing has been put into place then.</exception>
    public void Publish(IReadOnlyList<StagedFile> files)
    {
        var targets = files.ToDictionary(file => file, file => SafePath.Combine(Destination, file.Path));
        RequirePlaces(targets);
        foreach (var (file, target) in targets)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (!Directory.Exists(file.StagedPath)) File.Move(file.StagedPath, target, overwrite: true);
            else
            {
                // A link to a folder is one to .NET, which moves folders only to where nothing is.
                if (new DirectoryInfo(target).LinkTarget is not null) File.Delete(target);
                Directory.Move(file.StagedPath, target);
            }
        }
        Discard();
    }

    private void RequirePlaces(Dictionary<StagedFile, string> targets)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (file, target) in targets)
        {
            if (!taken.Add(target)) throw new StorageException(FailureCategory.Archive, $"Two files would be {file.Path}; a model can have only one of that name.");
            if (Directory.Exists(target) && new DirectoryInfo(target).LinkTarget is null)
                throw new StorageException(FailureCategory.Disk, $"The file {file.Path} cannot be put into place: a folder of that name is there.");
        }
        foreach (var (file, target) in targets)
            for (var folder = Path.GetDirectoryName(target)!; folder.Length > Destination.Length; folder = Path.GetDirectoryName(folder)!)
            {
                if (taken.Contains(folder)) throw new StorageException(FailureCategory.Archive, $"The model has a file below a file: {file.Path} below {Path.GetRelativePath(Destination, folder)}; one of them must be renamed.");
                if (File.Exists(folder)) throw new StorageException(FailureCategory.Disk, $"The file {file.Path} cannot be put into place: a file is where its folder {Path.GetRelativePath(Destination, folder)} should be.");
            }
    }

    private static string NameOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24];
}
