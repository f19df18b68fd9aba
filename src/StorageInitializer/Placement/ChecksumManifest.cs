using InferenceServices.StorageInitializer.Sources;

namespace InferenceServices.StorageInitializer.Placement;

/// <summary>The file <c>SHA256SUMS</c> beside a model, as <c>sha256sum</c> writes it: each file it names must be there, and be what it says.</summary>
internal static class ChecksumManifest
{
    public const string FileName = "SHA256SUMS";

    private const int MostBytes = 8 << 20;

    /// <exception cref="StorageException">A file is missing or is another, or a line cannot be read.</exception>
    public static async Task VerifyAsync(IReadOnlyList<StagedFile> files, CancellationToken cancellationToken)
    {
        var manifest = files.FirstOrDefault(file => file.Path == FileName);
        if (manifest is null) return;
        if (new FileInfo(manifest.StagedPath).Length > MostBytes) throw new StorageException(FailureCategory.Damaged, $"{FileName} is larger than {Bytes.Text(MostBytes)}.");

        var byName = files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        var number = 0;
        foreach (var line in await File.ReadAllLinesAsync(manifest.StagedPath, cancellationToken))
        {
            number++;
            if (line.Length == 0) continue;
            // 64 digits, a space, a space or an asterisk, the name.
            var digest = line.Length > 66 && line[64] == ' ' ? FileDigest.Sha256(line[..64]) : null;
            if (digest is null) throw new StorageException(FailureCategory.Damaged, $"Line {number} of {FileName} is not as sha256sum writes it.");
            var name = line[66..];
            if (name.StartsWith("./", StringComparison.Ordinal)) name = name[2..];
            if (!byName.TryGetValue(name, out var file)) throw new StorageException(FailureCategory.Damaged, $"{FileName} names {name}, which the model does not have.");
            await digest.VerifyAsync(file.StagedPath, name, cancellationToken);
        }
    }
}
