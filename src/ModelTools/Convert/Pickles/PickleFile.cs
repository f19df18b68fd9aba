using System.IO.Compression;
using SharpCompress.Common;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.Xz;

namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>Reads a pickle file into memory: uncompressed, gzip, zlib, bzip2 or xz, as the first bytes tell.</summary>
internal static class PickleFile
{
    // A compressed model is rarely less than a tenth of its size; data made to fill memory is a thousandth.
    private const long SmallFile = 64L << 20;
    private const int LargestRatio = 100;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The uncompressed bytes.</returns>
    /// <exception cref="PickleException">The file is empty, damaged or too large, or its compression is not supported.</exception>
    public static ReadOnlyMemory<byte> Read(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length == 0) throw new PickleException("it is empty");
        if (file.Length > Array.MaxLength) throw new PickleException($"it has {file.Length} bytes; {Array.MaxLength} are the most");
        var start = new byte[4];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        var largest = Math.Min(Array.MaxLength, Math.Max(SmallFile, LargestRatio * file.Length));
        return start.AsSpan(0, read) switch
        {
            [0x1f, 0x8b, ..] => Decompress("gzip", () => new GZipStream(file, CompressionMode.Decompress), largest),
            [0x78, 0x01 or 0x5e or 0x9c or 0xda, ..] => Decompress("zlib", () => new ZLibStream(file, CompressionMode.Decompress), largest),
            [(byte)'B', (byte)'Z', (byte)'h', ..] => Decompress("bzip2", () => BZip2Stream.Create(file, SharpCompress.Compressors.CompressionMode.Decompress, decompressConcatenated: true), largest),
            [0xfd, (byte)'7', (byte)'z', (byte)'X'] => Decompress("xz", () => new XZStream(file), largest),
            [0x5d, 0x00, 0x00, ..] => throw new PickleException("it is compressed with lzma; save it with xz, bz2, gzip or zlib, or uncompressed"),
            [0x04, 0x22, 0x4d, 0x18] => throw new PickleException("it is compressed with lz4; save it with xz, bz2, gzip or zlib, or uncompressed"),
            _ => ReadWhole(file),
        };
    }

    private static byte[] ReadWhole(FileStream file)
    {
        var bytes = GC.AllocateUninitializedArray<byte>((int)file.Length);
        file.ReadExactly(bytes);
        return bytes;
    }

    private static ReadOnlyMemory<byte> Decompress(string name, Func<Stream> open, long largest)
    {
        const int Chunk = 1 << 20;
        var bytes = new byte[Chunk];
        var length = 0;
        try
        {
            using (var stream = open())
            {
                while (true)
                {
                    var read = stream.Read(bytes, length, bytes.Length - length);
                    if (read == 0) return bytes.AsMemory(0, length);
                    length += read;
                    if (length > largest || length == Array.MaxLength) throw new PickleException($"it has more than {largest} bytes when decompressed; {LargestRatio} times the compressed size is the most");
                    if (length == bytes.Length) Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Min(2L * length, largest + 1)));
                }
            }
        }
        // The decoders of bzip2 and xz do not check all indexes and lengths themselves.
        catch (Exception exception) when (exception is InvalidDataException or IOException or SharpCompressException or IndexOutOfRangeException or ArgumentException or OverflowException)
        {
            throw new PickleException($"its {name} data is damaged or truncated");
        }
    }
}
