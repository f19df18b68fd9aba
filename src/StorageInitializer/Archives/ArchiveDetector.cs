using System.Buffers.Binary;
using System.IO.Compression;
using InferenceServices.StorageInitializer.Staging;

namespace InferenceServices.StorageInitializer.Archives;

/// <summary>Detects archives by their content, because names and content types of servers are often wrong. The name matters for model formats that are archives, and for corrupt archives.</summary>
internal static class ArchiveDetector
{
    private const int HeaderLength = 512;
    private const int ChecksumStart = 148;
    private const int ChecksumLength = 8;

    private static readonly string[] Archives = [".tar", ".tar.gz", ".tgz", ".zip"];

    // PyTorch, TorchServe, NumPy, Keras, NeMo, Java: their readers need the archive itself.
    private static readonly string[] Models = [".pt", ".pth", ".pt2", ".ckpt", ".mar", ".npz", ".keras", ".nemo", ".jar"];

    /// <summary>Returns the format of a file.</summary>
    /// <exception cref="StorageException">The name is an archive's, but the content is not, as with an error page of a proxy.</exception>
    public static ArchiveKind Detect(StagedFile file)
    {
        if (!File.Exists(file.StagedPath) || (!file.IsLayer && HasSuffix(file.Path, Models))) return ArchiveKind.None;
        var kind = DetectByContent(file.StagedPath);
        return kind != ArchiveKind.None || file.IsLayer || !HasSuffix(file.Path, Archives)
            ? kind
            : throw new StorageException(FailureCategory.Archive, $"The archive {file.Path} is corrupt: its content is neither tar, tar.gz nor zip.");
    }

    private static ArchiveKind DetectByContent(string path)
    {
        using var stream = File.OpenRead(path);
        var start = ReadStart(stream);
        if (start.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(start) is 0x04034b50 or 0x06054b50) return ArchiveKind.Zip;
        if (IsTar(start)) return ArchiveKind.Tar;
        if (start is not [0x1f, 0x8b, ..]) return ArchiveKind.None;

        stream.Position = 0;
        using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
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

    /// <summary>Verifies the checksum of the first header, in octal digits, which all tar formats have. The checksum field counts as spaces.</summary>
    private static bool IsTar(ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderLength) return false;
        var field = header.Slice(ChecksumStart, ChecksumLength).Trim(" \0"u8);
        var sum = ChecksumLength * ' ';
        for (var i = 0; i < HeaderLength; i++) sum += i is >= ChecksumStart and < ChecksumStart + ChecksumLength ? 0 : header[i];
        var expected = 0;
        foreach (var digit in field)
        {
            if (digit is < (byte)'0' or > (byte)'7') return false;
            expected = (expected * 8) + (digit - '0');
        }
        return field.Length > 0 && expected == sum;
    }
}
