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

    /// <summary>Where files belong, one place for each.</summary>
    /// <param name="paths">As the store or the archive has them.</param>
    /// <exception cref="StorageException">One is no name for a file here, or two cannot be here together: a store of objects has names where a disk has folders.</exception>
    public IReadOnlyList<string> PlacesOf(IReadOnlyList<string> paths)
    {
        var places = paths.Select(path => SafePath.Combine(Destination, path)).ToList();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < places.Count; i++)
            if (!taken.Add(places[i])) throw new StorageException(FailureCategory.Archive, $"Two files would be {paths[i]}; a model can have only one of that name.");
        for (var i = 0; i < places.Count; i++)
            if (SafePath.FoldersOf(Destination, places[i]).FirstOrDefault(taken.Contains) is { } file)
                throw new StorageException(FailureCategory.Archive, $"The model has a file below a file: {paths[i]} below {Path.GetRelativePath(Destination, file)}; one of them must be renamed.");
        return places;
    }

    /// <summary>
    /// Renames every file to where it belongs; nothing is copied, so nothing can break off in the middle of a file, and nothing is renamed before all of them have a place.
    /// </summary>
    /// <exception cref="StorageException">Two have one place, or something is in the way; nothing has been put into place then.</exception>
    public void Publish(IReadOnlyList<StagedFile> files)
    {
        var places = PlacesOf([.. files.Select(file => file.Path)]);
        for (var i = 0; i < places.Count; i++) RequireFree(files[i].Path, places[i]);
        for (var i = 0; i < places.Count; i++)
        {
            var (staged, place) = (files[i].StagedPath, places[i]);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            if (!Directory.Exists(staged)) File.Move(staged, place, overwrite: true);
            else
            {
                // A link to a folder is one to .NET, which moves folders only to where nothing is.
                if (new DirectoryInfo(place).LinkTarget is not null) File.Delete(place);
                Directory.Move(staged, place);
            }
        }
        Discard();
    }

    private void RequireFree(string path, string place)
    {
        if (Directory.Exists(place) && new DirectoryInfo(place).LinkTarget is null)
            throw new StorageException(FailureCategory.Disk, $"The file {path} cannot be put into place: a folder of that name is there.");
        if (SafePath.FoldersOf(Destination, place).FirstOrDefault(File.Exists) is { } file)
            throw new StorageException(FailureCategory.Disk, $"The file {path} cannot be put into place: a file is where its folder {Path.GetRelativePath(Destination, file)} should be.");
    }

    private static string NameOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24];
}
