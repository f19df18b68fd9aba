using System.Diagnostics;
using InferenceServices.StorageInitializer.Archives;
using InferenceServices.StorageInitializer.Placement;
using InferenceServices.StorageInitializer.Sources;
using InferenceServices.StorageInitializer.Transfer;

namespace InferenceServices.StorageInitializer;

/// <summary>Brings each source to its destination, one after the other: list, download, verify, unpack, and only then put into place.</summary>
internal sealed class Initializer(StorageEnvironment environment, TextWriter log, TimeProvider time)
{
    /// <summary>What is mounted there already is nobody's to download.</summary>
    private const string Mounted = "/mnt/models";

    /// <exception cref="StorageException">A model cannot be had; its destination is as it was.</exception>
    public async Task RunAsync(IEnumerable<(string Source, string Destination)> pairs, CancellationToken cancellationToken)
    {
        var all = pairs.ToList();
        foreach (var (_, destination) in all) Directory.CreateDirectory(destination);
        foreach (var (source, destination) in all)
        {
            var (resolved, address) = environment.WithStorageConfig(source);
            await BringAsync(resolved, address, Path.GetFullPath(destination), cancellationToken);
        }
    }

    private async Task BringAsync(StorageEnvironment environment, string address, string destination, CancellationToken cancellationToken)
    {
        if (address.StartsWith(Mounted, StringComparison.Ordinal))
        {
            Say($"{address} is mounted; nothing to do");
            return;
        }
        if (environment.Flag("CONFIDENTIAL_ENABLED", absent: false))
            throw new StorageException(FailureCategory.Unsupported, "CONFIDENTIAL_ENABLED is set, and encrypted models cannot be decrypted here; use KServe's own storage initializer for them.");

        var started = Stopwatch.GetTimestamp();
        var shown = ModelAddress.Shown(address);
        using var http = new StorageHttp(environment, time);
        var staging = new Staging(destination, shown);
        try
        {
            var (files, bytes) = LocalSource.Find(address) is { } local
                ? LinkOrUnpack(local, staging, cancellationToken)
                : await DownloadAsync(environment, address, http, staging, cancellationToken);
            staging.Publish(files);
            Say($"done: {files.Count} {(files.Count == 1 ? "file" : "files")}, {Bytes.Text(bytes)} in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s from {shown} to {destination}");
        }
        catch (StorageException exception)
        {
            if (exception.Category is FailureCategory.Damaged or FailureCategory.Archive) staging.Discard();
            throw new StorageException(exception.Category, $"{shown}: {exception.Message}", exception);
        }
    }

    private async Task<(IReadOnlyList<StagedFile> Files, long Bytes)> DownloadAsync(
        StorageEnvironment environment, string address, StorageHttp http, Staging staging, CancellationToken cancellationToken)
    {
        using var source = ModelSource.Of(address, environment, http);
        var chosen = new FilePatterns(environment).Choose(await source.ListAsync(cancellationToken));
        // Before a byte is fetched in vain.
        staging.PlacesOf([.. chosen.Select(file => file.Path)]);

        var staged = await new Downloader(environment, http, source, log, time).DownloadAsync(chosen, staging, cancellationToken);
        var bytes = staged.Sum(file => new FileInfo(file.StagedPath).Length);
        var unpacked = Unpack(environment, staged, staging, cancellationToken);
        await ChecksumManifest.VerifyAsync(unpacked, cancellationToken);
        return (unpacked, bytes);
    }

    private (IReadOnlyList<StagedFile> Files, long Bytes) LinkOrUnpack(LocalSource local, Staging staging, CancellationToken cancellationToken)
    {
        var files = local.Files;
        var unpacked = files is [var only] && ArchiveKindOf.File(only) != ArchiveKind.None ? Unpack(environment, files, staging, cancellationToken) : [.. files.Select(file => staging.Link(file))];
        return (unpacked, files.Sum(file => File.Exists(file.StagedPath) ? new FileInfo(file.StagedPath).Length : 0));
    }

    /// <summary>As KServe's: an archive is unpacked when it is all there is. Layers of an image always are.</summary>
    private IReadOnlyList<StagedFile> Unpack(StorageEnvironment environment, IReadOnlyList<StagedFile> files, Staging staging, CancellationToken cancellationToken)
    {
        var layers = files.Where(file => file.IsLayer).ToList();
        if (layers.Count == 0 && (files is not [var only] || ArchiveKindOf.File(only) == ArchiveKind.None)) return files;

        var target = staging.CreateUnpackDirectory();
        var unpacker = new ArchiveUnpacker(target, environment.ArchiveMaxBytes, environment.ArchiveMaxFiles);
        foreach (var archive in layers.Count == 0 ? files : layers)
        {
            Say($"unpacking {archive.Path}");
            unpacker.Unpack(archive, cancellationToken);
        }
        var found = Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories)
            .Select(path => new StagedFile(Path.GetRelativePath(target, path), path))
            .Concat(files.Where(file => !file.IsLayer && layers.Count > 0))
            .ToList();
        return found.Count > 0 ? found : throw new StorageException(FailureCategory.Archive, layers.Count > 0 ? "The image has no file under /models." : "The archive holds no file.");
    }

    private void Say(string line) => log.WriteLine($"storage-initializer: {line}");
}
