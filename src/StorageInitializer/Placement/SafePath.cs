namespace InferenceServices.StorageInitializer.Placement;

/// <summary>Names that stores and archives give, made into paths that cannot leave the destination.</summary>
internal static class SafePath
{
    /// <param name="root">Absolute.</param>
    /// <param name="relative">As the store or the archive has it, with slashes.</param>
    /// <exception cref="StorageException">It is absolute, empty, goes up, or has a character no path may have.</exception>
    public static string Combine(string root, string relative)
    {
        var parts = relative.Split('/');
        var isUnsafe = relative.Length == 0
            || relative.StartsWith('/')
            || relative.Contains('\\', StringComparison.Ordinal)
            || relative.Any(char.IsControl)
            || parts.Contains("..")
            || parts[0] == Staging.FolderName;
        if (isUnsafe) throw new StorageException(FailureCategory.Archive, $"The name {Quote(relative)} is refused: it would reach out of the destination, or is no name.");
        return Path.Combine(root, Path.Combine([.. parts.Where(part => part is not ("" or "."))]));
    }

    /// <summary>The folders between a root and a path in it, the innermost first.</summary>
    public static IEnumerable<string> FoldersOf(string root, string path)
    {
        for (var folder = Path.GetDirectoryName(path)!; folder.Length > root.Length; folder = Path.GetDirectoryName(folder)!) yield return folder;
    }

    private static string Quote(string text) => "\"" + string.Concat(text.Take(200).Select(c => char.IsControl(c) ? '?' : c)) + "\"";
}
