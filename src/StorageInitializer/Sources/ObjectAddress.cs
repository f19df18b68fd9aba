namespace InferenceServices.StorageInitializer.Sources;

/// <summary>A bucket and the prefix of a model's objects.</summary>
internal sealed record ObjectAddress(string Bucket, string Prefix)
{
    public static ObjectAddress Parse(string address)
    {
        var rest = address[(address.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var bucket = slash < 0 ? rest : rest[..slash];
        if (bucket.Length == 0) throw new StorageException(FailureCategory.Unsupported, $"{address} does not name a bucket.");
        return new ObjectAddress(bucket, slash < 0 ? "" : rest[(slash + 1)..]);
    }

    /// <summary>
    /// Selects the objects of the model and makes their paths relative: the single object named by the prefix, or all objects below it.
    /// Objects that represent folders are skipped.
    /// </summary>
    /// <exception cref="StorageException">No object matches.</exception>
    public IReadOnlyList<RemoteFile> SelectFiles(IReadOnlyList<RemoteFile> objects)
    {
        if (objects.FirstOrDefault(candidate => candidate.Path == Prefix) is { Path.Length: > 0 } exact && !Prefix.EndsWith('/') && !IsFolder(exact, objects))
            return [exact with { Path = Prefix[(Prefix.LastIndexOf('/') + 1)..] }];

        var folder = Prefix.Length == 0 || Prefix.EndsWith('/') ? Prefix : Prefix + "/";
        var files = objects
            .Where(candidate => candidate.Path.StartsWith(folder, StringComparison.Ordinal) && candidate.Path.Length > folder.Length && !candidate.Path.EndsWith('/') && !IsFolder(candidate, objects))
            .Select(candidate => candidate with { Path = candidate.Path[folder.Length..] })
            .ToList();
        return files.Count > 0
            ? files
            : throw new StorageException(FailureCategory.NotFound, $"The bucket {Bucket} has no object {(Prefix.Length == 0 ? "at all" : $"named {Prefix} or below it")}.");
    }

    private static bool IsFolder(RemoteFile file, IReadOnlyList<RemoteFile> objects)
        => file.Length == 0 && objects.Any(other => other.Path.StartsWith(file.Path + "/", StringComparison.Ordinal));
}
