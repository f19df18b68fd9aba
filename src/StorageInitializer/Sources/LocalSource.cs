using InferenceServices.StorageInitializer.Placement;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>What is mounted here already, a claim or a folder: linked, never copied.</summary>
internal sealed class LocalSource
{
    private const string Claims = "/mnt/pvc";

    private LocalSource(IReadOnlyList<StagedFile> files) => Files = files;

    /// <summary>Files and folders, as they are to be linked.</summary>
    public IReadOnlyList<StagedFile> Files { get; }

    /// <returns>Null when the address is no local one.</returns>
    /// <exception cref="StorageException">It is one, and nothing is there.</exception>
    public static LocalSource? Find(string address)
    {
        var path = PathOf(address);
        if (path is null) return null;
        if (File.Exists(path)) return new LocalSource([new StagedFile(Path.GetFileName(path), path)]);
        if (!Directory.Exists(path)) throw new StorageException(FailureCategory.NotFound, $"Neither a file nor a folder is at {path}.");
        var entries = Directory.GetFileSystemEntries(path).Select(entry => new StagedFile(Path.GetFileName(entry), entry)).ToList();
        return entries.Count > 0 ? new LocalSource(entries) : throw new StorageException(FailureCategory.NotFound, $"The folder {path} is empty.");
    }

    private static string? PathOf(string address)
    {
        if (address.StartsWith("file://", StringComparison.Ordinal)) return Path.GetFullPath("/" + Uri.UnescapeDataString(address["file://".Length..]).TrimStart('/'));
        if (address.StartsWith("pvc://", StringComparison.Ordinal))
        {
            // KServe mounts the claim itself; its name is of no more use here.
            var rest = address["pvc://".Length..];
            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            var relative = slash < 0 ? "" : rest[(slash + 1)..].Trim('/');
            return relative.Length == 0 ? Claims : SafePath.Combine(Claims, relative);
        }
        return address.StartsWith('/') && Path.Exists(address) ? Path.GetFullPath(address) : null;
    }
}
