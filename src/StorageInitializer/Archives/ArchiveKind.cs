using System.Buffers.Binary;

namespace InferenceServices.StorageInitializer.Archives;

/// <summary>What can be unpacked.</summary>
internal enum ArchiveKind
{
    None,
    Tar,
    GzippedTar,
    Zip,
}

/// <summary>By the file's own bytes: names and content types of servers are often wrong.</summary>
internal static class ArchiveKindOf
{
    private const int TarMagic = 257;

    public static ArchiveKind File(string path)
    {
        if (!System.IO.File.Exists(path)) return ArchiveKind.None;
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

    private static byte[] ReadStart(Stream stream)
    {
        var start = new byte[512];
        return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    }

    private static bool IsTar(ReadOnlySpan<byte> start) => start.Length == 512 && start[TarMagic..].StartsWith("ustar"u8);
}
