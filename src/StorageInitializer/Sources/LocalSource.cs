using InferenceServices.StorageInitializer.Staging;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>A mounted claim, a local folder or a local file. Its files are linked, not copied.</summary>
internal static class LocalSource
{
    private const string Claims = "/mnt/pvc";

    /// <summary>Finds the local files of an address.</summary>
    /// <returns>The files and folders to link; null if the address is not local.</returns>
    /// <exception cref="StorageException">The address is local, but no file exists there.</exception>
    public static IReadOnlyList<StagedFile>? Find(string address)
    {
        var path = PathOf(address);
        if (path is null) return null;
        if (File.Exists(path)) return [new StagedFile(Path.GetFileName(path), path)];
        if (!Directory.Exists(path)) throw new StorageException(FailureCategory.NotFound, $"Neither a file nor a folder is at {path}.");
        var entries = Directory.GetFileSystemEntries(path).Select(entry => new StagedFile(Path.GetFileName(entry), entry)).ToList();
        return entries.Count > 0 ? entries : throw new StorageException(FailureCategory.NotFound, $"The folder {path} is empty.");
    }

    private static string? PathOf(string address)
    {
        if (address.StartsWith("file://", StringComparison.Ordinal)) return Path.GetFullPath("/" + Uri.UnescapeDataString(address["file://".Length..]).TrimStart('/'));
        if (address.StartsWith("pvc://", StringComparison.Ordinal))
        {
            // KServe mounts the claim; its name is not needed.
            var rest = address["pvc://".Length..];
            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            var relative = slash < 0 ? "" : rest[(slash + 1)..].Trim('/');
            return relative.Length == 0 ? Claims : SafePath.Combine(Claims, relative);
        }
        return address.StartsWith('/') && Path.Exists(address) ? Path.GetFullPath(address) : null;
    }
}
