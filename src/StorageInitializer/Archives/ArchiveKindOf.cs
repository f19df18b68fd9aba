using System.Buffers.Binary;
using InferenceServices.StorageInitializer.Placement;

namespace InferenceServices.StorageInitializer.Archives;

/// <summary>By the file's own bytes: names and content types of servers are often wrong. A name counts only where it is one of an archive, or of a model's own format that is built as one.</summary>
internal static class ArchiveKindOf
{
    private const int HeaderLength = 512;
    private const int ChecksumStart = 148;
    private const int ChecksumLength = 8;

    private static readonly string[] Archives = [".tar", ".tar.gz", ".tgz", ".zip"];

    // PyTorch, TorchServe, NumPy, Keras, NeMo, Java: what reads them wants the file itself.
    private static readonly string[] Models = [".pt", ".pth", ".pt2", ".ckpt", ".mar", ".npz", ".keras", ".nemo", ".jar"];

    /// <exception cref="StorageException">It is called an archive and is none, as a page that a proxy sent instead.</exception>
    public static ArchiveKind File(StagedFile file)
    {
        if (!System.IO.File.Exists(file.StagedPath) || (!file.IsLayer && HasSuffix(file.Path, Models))) return ArchiveKind.None;
        var kind = ByBytes(file.StagedPath);
        return kind != ArchiveKind.None || file.IsLayer || !HasSuffix(file.Path, Archives)
            ? kind
            : throw new StorageException(FailureCategory.Archive, $"The archive {file.Path} is broken: its bytes are neither those of a tar, gzipped or not, nor of a zip.");
    }

    private static ArchiveKind ByBytes(string path)
    {
        using var stream = System.IO.File.OpenRead(path);
        var start = ReadStart(stream);
        if (start.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(start) is 0x04034b50 or 0x06054b50) return ArchiveKind.Zip;
        if (IsTar(start)) return ArchiveKind.Tar;
        if (start is not [0x1f, 0x8b, ..]) return ArchiveKind.None;

        stream.Position = 0;
        using var unzipped = new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionMode.Decompress);
        try
        {
            return IsTar(ReadStart(unzipped)) ? ArchiveKind.GzippedTar : ArchiveKind.None;
        }
        catch (InvalidDataException)
        {
            return ArchiveKind.None;
        }
    }

    private static bool HasSuffix(string name, string[] suffixes) => suffixes.Any(suffix => name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));

    private static byte[] ReadStart(Stream stream)
    {
        var start = new byte[HeaderLength];
        return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    }

    /// <summary>By the sum of the first header, which the oldest format has too: its bytes with spaces for the sum itself, in octal digits.</summary>
    private static bool IsTar(ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderLength) return false;
        var written = header.Slice(ChecksumStart, ChecksumLength).Trim(" \0"u8);
        var sum = ChecksumLength * ' ';
        for (var i = 0; i < HeaderLength; i++) sum += i is >= ChecksumStart and < ChecksumStart + ChecksumLength ? 0 : header[i];
        var said = 0;
        foreach (var digit in written)
        {
            if (digit is < (byte)'0' or > (byte)'7') return false;
            said = (said * 8) + (digit - '0');
        }
        return written.Length > 0 && said == sum;
    }
}
