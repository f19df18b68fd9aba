using System.Buffers;
using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Hashing;
using System.IO.Pipelines;
using InferenceServices.StorageInitializer.Placement;

namespace InferenceServices.StorageInitializer.Archives;

/// <summary>
/// Unpacks archives that strangers made: nothing leaves the target, nothing but files and folders comes out, and what comes out is counted while it comes,
/// whatever the archive says of itself.
/// </summary>
/// <param name="target">An empty folder.</param>
/// <param name="maxBytes">The most that may come out.</param>
/// <param name="maxFiles">The most files and folders.</param>
internal sealed class ArchiveUnpacker(string target, long maxBytes, long maxFiles)
{
    /// <summary>Of an image, what KServe's modelcars keep a model in.</summary>
    private const string LayerFolder = "models/";

    private const string Whiteout = ".wh.";

    private const int BufferLength = 128 << 10;

    private long _bytes;
    private long _files;

    /// <exception cref="StorageException">It is broken, too large, or reaches out of the target.</exception>
    public void Unpack(StagedFile archive, CancellationToken cancellationToken)
    {
        try
        {
            switch (ArchiveKindOf.File(archive))
            {
                case ArchiveKind.Zip: UnpackZip(archive, cancellationToken); break;
                // As a stream without a position: in one with a position the reader takes a tar that is cut between two files for whole.
                case ArchiveKind.Tar: UnpackTar(archive, stream => PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: BufferLength)).AsStream(), cancellationToken); break;
                case ArchiveKind.GzippedTar: UnpackTar(archive, stream => new GZipStream(stream, CompressionMode.Decompress), cancellationToken); break;
                // Registries keep empty layers too.
                default: if (!archive.IsLayer) throw new InvalidDataException("it is neither tar nor zip"); break;
            }
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new StorageException(FailureCategory.Archive, $"The archive {archive.Path} is broken: {failure.Message}", failure);
        }
    }

    private void UnpackZip(StagedFile archive, CancellationToken cancellationToken)
    {
        using var zip = ZipFile.OpenRead(archive.StagedPath);
        foreach (var entry in zip.Entries)
        {
            if (entry.FullName.EndsWith('/')) CreateFolder(archive, entry.FullName);
            // The upper half is Unix's mode, where the archive was made there.
            else if (((entry.ExternalAttributes >> 16) & 0xF000) is not (0 or 0x8000)) throw Refuse(archive, entry.FullName, "a link or a device");
            else
            {
                if (entry.IsEncrypted) throw Refuse(archive, entry.FullName, "an encrypted file");
                using var content = entry.Open();
                // The library compares neither before .NET 11.
                var (length, sum) = WriteFile(archive, entry.FullName, content, cancellationToken);
                if (length != entry.Length || sum != entry.Crc32) throw new InvalidDataException($"{entry.FullName} is not what its checksum says");
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
                if (DeletedBy(name) is { } deleted)
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
                default: throw Refuse(archive, name, $"no file and no folder ({entry.EntryType})");
            }
        }
        // The end of a gzipped tar is not the end of the file: its checksum comes last, and is compared when it is read.
        var rest = new byte[8 << 10];
        while (stream.Read(rest) is var read and > 0) CountBytes(archive, read);
    }

    private void CreateFolder(StagedFile archive, string name)
    {
        var path = PlaceOf(archive, name);
        if (File.Exists(path)) throw Refuse(archive, name, "a folder where it has a file");
        Directory.CreateDirectory(path);
    }

    private (long Length, uint Crc32) WriteFile(StagedFile archive, string name, Stream content, CancellationToken cancellationToken)
    {
        var path = PlaceOf(archive, name);
        if (Directory.Exists(path)) throw Refuse(archive, name, "a file where it has a folder");
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

    private string PlaceOf(StagedFile archive, string name)
    {
        if (++_files > maxFiles) throw new StorageException(FailureCategory.Archive, $"The archive holds more than {maxFiles} files; ARCHIVE_MAX_FILES allows more.");
        var path = SafePath.Combine(target, name);
        return SafePath.FoldersOf(target, path).Any(File.Exists) ? throw Refuse(archive, name, "a file below a file") : path;
    }

    /// <summary>How a layer takes away what those below it have: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts</summary>
    private static string? DeletedBy(string name)
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
        if (_bytes > maxBytes) throw new StorageException(FailureCategory.Archive, $"The archive {archive.Path} unpacks to more than {Bytes.Text(maxBytes)}; ARCHIVE_MAX_BYTES allows more.");
    }

    private static StorageException Refuse(StagedFile archive, string name, string what)
        => new(FailureCategory.Archive, $"The archive {archive.Path} holds {what}, {new string([.. name.Take(200).Where(c => !char.IsControl(c))])}; only files and folders are unpacked, each in a place of its own.");
}
