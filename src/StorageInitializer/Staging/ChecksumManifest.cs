using InferenceServices.StorageInitializer.Sources;

namespace InferenceServices.StorageInitializer.Staging;

/// <summary>Verifies the file <c>SHA256SUMS</c> of a model, in the format of <c>sha256sum</c>: each listed file must exist and match.</summary>
internal static class ChecksumManifest
{
    public const string FileName = "SHA256SUMS";

    private const int MaxBytes = 8 << 20;

    /// <summary>Verifies the listed files; does nothing without a manifest.</summary>
    /// <exception cref="StorageException">A file is missing or differs, or a line is invalid.</exception>
    public static async Task VerifyAsync(IReadOnlyList<StagedFile> files, CancellationToken cancellationToken)
    {
        var manifest = files.FirstOrDefault(file => file.Path == FileName);
        if (manifest is null) return;
        if (new FileInfo(manifest.StagedPath).Length > MaxBytes) throw new StorageException(FailureCategory.Corrupt, $"{FileName} is larger than {ByteSize.Format(MaxBytes)}.");

        var byName = files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        var number = 0;
        foreach (var line in await File.ReadAllLinesAsync(manifest.StagedPath, cancellationToken))
        {
            number++;
            if (line.Length == 0) continue;
            // 64 digits, a space, a space or an asterisk, the name.
            var digest = line.Length > 66 && line[64] == ' ' ? FileDigest.Sha256(line[..64]) : null;
            if (digest is null) throw new StorageException(FailureCategory.Corrupt, $"Line {number} of {FileName} is not in sha256sum's format.");
            var name = line[66..];
            if (name.StartsWith("./", StringComparison.Ordinal)) name = name[2..];
            if (!byName.TryGetValue(name, out var file)) throw new StorageException(FailureCategory.Corrupt, $"{FileName} lists {name}, which the model does not contain.");
            await digest.VerifyAsync(file.StagedPath, name, cancellationToken);
        }
    }
}
