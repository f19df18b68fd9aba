using System.Diagnostics;
using InferenceServices.Onnx;
using InferenceServices.StorageInitializer.Archives;
using InferenceServices.StorageInitializer.Sources;
using InferenceServices.StorageInitializer.Staging;
using InferenceServices.StorageInitializer.Transfer;

namespace InferenceServices.StorageInitializer;

/// <summary>Downloads each source to a staging folder, verifies and unpacks it, then moves it atomically to its destination.</summary>
internal sealed class Initializer(StorageEnvironment environment, TextWriter log, TimeProvider time)
{
    /// <summary>Sources below this folder are mounted already and are not downloaded.</summary>
    private const string Mounted = "/mnt/models";

    /// <summary>Fetches the pairs one after the other.</summary>
    /// <exception cref="StorageException">A model cannot be fetched; its destination is unchanged.</exception>
    public async Task RunAsync(IEnumerable<(string Source, string Destination)> pairs, CancellationToken cancellationToken)
    {
        var all = pairs.ToList();
        foreach (var (_, destination) in all) Directory.CreateDirectory(destination);
        foreach (var (source, destination) in all)
        {
            var (resolved, address) = environment.WithStorageConfig(source);
            await FetchAsync(resolved, address, Path.GetFullPath(destination), cancellationToken);
        }
    }

    private async Task FetchAsync(StorageEnvironment environment, string address, string destination, CancellationToken cancellationToken)
    {
        if (address.StartsWith(Mounted, StringComparison.Ordinal))
        {
            Log($"{address} is mounted; nothing to download");
            return;
        }
        if (environment.GetBoolean("CONFIDENTIAL_ENABLED", defaultValue: false))
            throw new StorageException(FailureCategory.Unsupported, "CONFIDENTIAL_ENABLED is set, but encrypted models are not supported; use KServe's storage initializer for them.");

        var started = Stopwatch.GetTimestamp();
        var redacted = ModelAddress.Redact(address);
        using var http = new StorageHttp(environment, time);
        var staging = new StagingDirectory(destination, redacted);
        try
        {
            var (files, bytes) = LocalSource.Find(address) is { } local
                ? LinkOrUnpack(local, staging, cancellationToken)
                : await DownloadAsync(environment, address, http, staging, cancellationToken);
            foreach (var file in files) CheckModel(file);
            staging.Publish(files);
            Log($"done: {files.Count} {(files.Count == 1 ? "file" : "files")}, {ByteSize.Format(bytes)} in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s from {redacted} to {destination}");
        }
        catch (StorageException exception)
        {
            if (exception.Category is FailureCategory.Corrupt or FailureCategory.Archive) staging.Discard();
            throw new StorageException(exception.Category, $"{redacted}: {exception.Message}", exception);
        }
    }

    private async Task<(IReadOnlyList<StagedFile> Files, long Bytes)> DownloadAsync(
        StorageEnvironment environment, string address, StorageHttp http, StagingDirectory staging, CancellationToken cancellationToken)
    {
        using var source = ModelSource.Create(address, environment, http);
        var chosen = new FilePatterns(environment).Filter(await source.ListAsync(cancellationToken));
        // Validates the paths before the download starts.
        staging.ResolvePaths([.. chosen.Select(file => file.Path)]);

        var staged = await new Downloader(environment, http, source, log, time).DownloadAsync(chosen, staging, cancellationToken);
        var bytes = staged.Sum(file => new FileInfo(file.StagedPath).Length);
        var unpacked = Unpack(environment, staged, staging, cancellationToken);
        await ChecksumManifest.VerifyAsync(unpacked, cancellationToken);
        return (unpacked, bytes);
    }

    private (IReadOnlyList<StagedFile> Files, long Bytes) LinkOrUnpack(IReadOnlyList<StagedFile> files, StagingDirectory staging, CancellationToken cancellationToken)
    {
        var unpacked = files is [var only] && ArchiveDetector.Detect(only) != ArchiveKind.None ? Unpack(environment, files, staging, cancellationToken) : [.. files.Select(file => staging.Link(file))];
        return (unpacked, files.Sum(file => File.Exists(file.StagedPath) ? new FileInfo(file.StagedPath).Length : 0));
    }

    /// <summary>Unpacks an archive that is the only file, as KServe does, and always the layers of an image.</summary>
    private IReadOnlyList<StagedFile> Unpack(StorageEnvironment environment, IReadOnlyList<StagedFile> files, StagingDirectory staging, CancellationToken cancellationToken)
    {
        var layers = files.Where(file => file.IsLayer).ToList();
        if (layers.Count == 0 && (files is not [var only] || ArchiveDetector.Detect(only) == ArchiveKind.None)) return files;

        var target = staging.CreateUnpackDirectory();
        var unpacker = new ArchiveUnpacker(target, environment.ArchiveMaxBytes, environment.ArchiveMaxFiles);
        foreach (var archive in layers.Count == 0 ? files : layers)
        {
            Log($"unpacking {archive.Path}");
            unpacker.Unpack(archive, cancellationToken);
        }
        var found = Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories)
            .Select(path => new StagedFile(Path.GetRelativePath(target, path), path))
            .Concat(files.Where(file => !file.IsLayer && layers.Count > 0))
            .ToList();
        return found.Count > 0 ? found : throw new StorageException(FailureCategory.Archive, layers.Count > 0 ? "The image has no file under /models." : "The archive contains no file.");
    }

    /// <summary>Rejects an error page, a Git LFS pointer and the like that a server sent in place of a model.</summary>
    private static void CheckModel(StagedFile file)
    {
        if (Path.GetExtension(file.Path) == ".onnx" && File.Exists(file.StagedPath) && ModelFileFormat.FindProblem(file.StagedPath) is { } problem)
            throw new StorageException(FailureCategory.Corrupt, $"{file.Path} is not an ONNX model: {problem}.");
    }

    private void Log(string line) => log.WriteLine($"storage-initializer: {line}");
}
