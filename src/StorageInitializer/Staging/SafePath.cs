namespace InferenceServices.StorageInitializer.Staging;

/// <summary>Converts names of stores and archives to paths inside the destination.</summary>
internal static class SafePath
{
    /// <summary>Combines a root and a name.</summary>
    /// <param name="root">Absolute path.</param>
    /// <param name="relative">The name in the store or archive, with slashes.</param>
    /// <exception cref="StorageException">The name is absolute, empty, has a parent reference or a control character.</exception>
    public static string Combine(string root, string relative)
    {
        var parts = relative.Split('/');
        var isUnsafe = relative.Length == 0
            || relative.StartsWith('/')
            || relative.Contains('\\', StringComparison.Ordinal)
            || relative.Any(char.IsControl)
            || parts.Contains("..")
            || parts[0] == StagingDirectory.FolderName;
        if (isUnsafe) throw new StorageException(FailureCategory.Archive, $"The name {Quote(relative)} is invalid: names must be relative paths inside the destination, without control characters.");
        return Path.Combine(root, Path.Combine([.. parts.Where(part => part is not ("" or "."))]));
    }

    /// <summary>Returns the folders between a root and a path in it, the innermost first.</summary>
    public static IEnumerable<string> ParentFolders(string root, string path)
    {
        for (var folder = Path.GetDirectoryName(path)!; folder.Length > root.Length; folder = Path.GetDirectoryName(folder)!) yield return folder;
    }

    private static string Quote(string text) => "\"" + string.Concat(text.Take(200).Select(c => char.IsControl(c) ? '?' : c)) + "\"";
}
