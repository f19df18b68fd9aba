using System.Buffers;
using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Hashing;
using System.IO.Pipelines;
using InferenceServices.StorageInitializer.Staging;

namespace InferenceServices.StorageInitializer.Archives;

/// <summary>
/// Unpacks untrusted archives: regular files and folders only, none outside the target. Limits apply to the actual output, not to the sizes that the
/// archive declares.
/// </summary>
/// <param name="target">An empty folder.</param>
/// <param name="maxBytes">Maximum size of the output in bytes.</param>
/// <param name="maxFiles">Maximum number of files and folders.</param>
internal sealed class ArchiveUnpacker(string target, long maxBytes, long maxFiles)
{
    /// <summary>The folder of the model in an image, as in KServe's modelcars.</summary>
    private const string LayerFolder = "models/";

    private const string Whiteout = ".wh.";

    private const int BufferLength = 128 << 10;

    private long _bytes;
    private long _files;

    /// <summary>Unpacks an archive into the target.</summary>
    /// <exception cref="StorageException">The archive is corrupt, exceeds a limit, or has a path outside the target.</exception>
    public void Unpack(StagedFile archive, CancellationToken cancellationToken)
    {
        try
        {
            switch (ArchiveDetector.Detect(archive))
            {
                case ArchiveKind.Zip: UnpackZip(archive, cancellationToken); break;
                // Without seeking: TarReader does not detect a truncation between two files in a seekable stream.
                case ArchiveKind.Tar: UnpackTar(archive, stream => PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: BufferLength)).AsStream(), cancellationToken); break;
                case ArchiveKind.GzippedTar: UnpackTar(archive, stream => new GZipStream(stream, CompressionMode.Decompress), cancellationToken); break;
                // Registries store empty layers too.
                default: if (!archive.IsLayer) throw new InvalidDataException("it is neither tar nor zip"); break;
            }
        }
        // Readers of untrusted headers and listings fail in many ways. Other errors of input and output are those of the destination.
        catch (Exception failure) when (
            failure is EndOfStreamException or PathTooLongException
            || failure is not (StorageException or IOException or UnauthorizedAccessException or OperationCanceledException))
        {
            throw new StorageException(FailureCategory.Archive, $"The archive {archive.Path} is corrupt: {failure.Message}", failure);
        }
    }

    private void UnpackZip(StagedFile archive, CancellationToken cancellationToken)
    {
        using var zip = ZipFile.OpenRead(archive.StagedPath);
        foreach (var entry in zip.Entries)
        {
            if (entry.FullName.EndsWith('/')) CreateFolder(archive, entry.FullName);
            // The upper half is the Unix mode, if the archive was created on Unix.
            else if (((entry.ExternalAttributes >> 16) & 0xF000) is not (0 or 0x8000)) throw InvalidEntry(archive, entry.FullName, "a link or a device");
            else
            {
                if (entry.IsEncrypted) throw InvalidEntry(archive, entry.FullName, "an encrypted file");
                using var content = entry.Open();
                // ZipArchive verifies neither length nor checksum before .NET 11.
                var (length, sum) = WriteFile(archive, entry.FullName, content, cancellationToken);
                if (length != entry.Length || sum != entry.Crc32) throw new InvalidDataException($"{entry.FullName} does not match its checksum");
            }
        }
    }

    private void UnpackTar(StagedFile archive, Func<Stream, Stream> open, CancellationToken cancellationToken)
    {
        using var stream = open(File.OpenRead(archive.StagedPath));
        using var tar = new TarReader(stream);
        while (tar.GetNextEntry() is { } entry)
        {
            var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
            if (archive.IsLayer)
            {
                name = name.TrimStart('/');
                if (!name.StartsWith(LayerFolder, StringComparison.Ordinal) || name.Length == LayerFolder.Length) continue;
                name = name[LayerFolder.Length..];
                if (GetWhiteoutTarget(name) is { } deleted)
                {
                    Delete(deleted);
                    continue;
                }
            }
            switch (entry.EntryType)
            {
                case TarEntryType.Directory when name.Length == 0: break;
                case TarEntryType.Directory: CreateFolder(archive, name); break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile: WriteFile(archive, name, entry.DataStream ?? Stream.Null, cancellationToken); break;
                case TarEntryType.GlobalExtendedAttributes: break;
                default: throw InvalidEntry(archive, name, $"an entry of type {entry.EntryType}");
            }
        }
        // Reads to the end of the gzip stream, which verifies its checksum.
        var rest = new byte[8 << 10];
        while (stream.Read(rest) is var read and > 0) CountBytes(archive, read);
    }

    private void CreateFolder(StagedFile archive, string name)
    {
        var path = ResolvePath(archive, name);
        if (File.Exists(path)) throw InvalidEntry(archive, name, "a folder with the path of a file");
        Directory.CreateDirectory(path);
    }

    private (long Length, uint Crc32) WriteFile(StagedFile archive, string name, Stream content, CancellationToken cancellationToken)
    {
        var path = ResolvePath(archive, name);
        if (Directory.Exists(path)) throw InvalidEntry(archive, name, "a file with the path of a folder");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = File.Create(path);
        var (length, sum) = (0L, new Crc32());
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            while (content.Read(buffer) is var read and > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                CountBytes(archive, read);
                length += read;
                sum.Append(buffer.AsSpan(0, read));
                file.Write(buffer, 0, read);
            }
            return (length, sum.GetCurrentHashAsUInt32());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private string ResolvePath(StagedFile archive, string name)
    {
        if (++_files > maxFiles) throw new StorageException(FailureCategory.Archive, $"The archive holds more than {maxFiles} files; ARCHIVE_MAX_FILES sets the limit.");
        var path = SafePath.Combine(target, name);
        return SafePath.ParentFolders(target, path).Any(File.Exists) ? throw InvalidEntry(archive, name, "a file below a file") : path;
    }

    /// <summary>Returns the path that a whiteout entry deletes; null for other entries: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts</summary>
    private static string? GetWhiteoutTarget(string name)
    {
        var slash = name.LastIndexOf('/') + 1;
        if (!name.AsSpan(slash).StartsWith(Whiteout, StringComparison.Ordinal)) return null;
        return name.EndsWith(".wh..wh..opq", StringComparison.Ordinal) ? name[..slash].TrimEnd('/') : name[..slash] + name[(slash + Whiteout.Length)..];
    }

    private void Delete(string name)
    {
        var path = name.Length == 0 ? target : SafePath.Combine(target, name);
        if (File.Exists(path)) File.Delete(path);
        if (!Directory.Exists(path)) return;
        Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(target);
    }

    private void CountBytes(StagedFile archive, int more)
    {
        _bytes += more;
        if (_bytes > maxBytes) throw new StorageException(FailureCategory.Archive, $"The archive {archive.Path} unpacks to more than {ByteSize.Format(maxBytes)}; ARCHIVE_MAX_BYTES sets the limit.");
    }

    private static StorageException InvalidEntry(StagedFile archive, string name, string what)
        => new(FailureCategory.Archive, $"The archive {archive.Path} contains {what}: {new string([.. name.Take(200).Where(c => !char.IsControl(c))])}; only regular files and folders with distinct paths are unpacked.");
}
