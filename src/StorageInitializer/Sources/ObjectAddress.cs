namespace InferenceServices.StorageInitializer.Sources;

/// <summary>A bucket, and what the names of a model's objects begin with.</summary>
internal sealed record ObjectAddress(string Bucket, string Prefix)
{
    public static ObjectAddress Parse(string address)
    {
        var rest = address[(address.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var bucket = slash < 0 ? rest : rest[..slash];
        if (bucket.Length == 0) throw new StorageException(FailureCategory.Unsupported, $"{address} names no bucket.");
        return new ObjectAddress(bucket, slash < 0 ? "" : rest[(slash + 1)..]);
    }

    /// <summary>
    /// The objects that are the model's, under the names they get: the one object that the prefix is, or what is below it as a folder.
    /// Objects that stand for folders are left out.
    /// </summary>
    /// <exception cref="StorageException">There is none.</exception>
    public IReadOnlyList<RemoteFile> Choose(IReadOnlyList<RemoteFile> objects)
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
