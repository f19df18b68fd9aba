using System.Buffers.Binary;
using System.Globalization;

namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>Reads a binary file sequentially. Throws an error that names the part in which the file is truncated.</summary>
internal sealed class FileCursor : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;

    public FileCursor(string path)
    {
        if (!File.Exists(path))
            throw new ModelFileException($"{path} does not exist");
        _path = path;
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        Length = _stream.Length;
    }

    public long Length { get; }

    public long Position
    {
        get => _stream.Position;
        set => _stream.Position = value;
    }

    public long Remaining => Length - Position;

    public ModelFileException Error(string reason) => new($"{_path} {reason}");

    /// <summary>Throws unless the file has this many more bytes.</summary>
    public void Require(long bytes, string part)
    {
        if (bytes < 0)
            throw Error($"is corrupt: the size of its {part} is negative");
        if (bytes > Remaining)
            throw Error(string.Create(CultureInfo.InvariantCulture, $"is truncated: its {part} needs {bytes - Remaining:N0} more bytes"));
    }

    public void Skip(long bytes, string part)
    {
        Require(bytes, part);
        Position += bytes;
    }

    public int ReadInt32(string part)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        ReadExactly(bytes, part);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    public long ReadInt64(string part)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        ReadExactly(bytes, part);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    public bool ReadBoolean(string part) => ReadByte(part) switch
    {
        0 => false,
        1 => true,
        _ => throw Error($"is corrupt: its {part} begins with neither 0 nor 1"),
    };

    public byte ReadByte(string part)
    {
        var value = _stream.ReadByte();
        return value >= 0 ? (byte)value : throw Error($"is truncated within its {part}");
    }

    /// <summary>Reads at an offset without moving the cursor; thread-safe.</summary>
    public void ReadAt(long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var read = RandomAccess.Read(_stream.SafeFileHandle, destination, offset);
            if (read == 0)
                throw Error("was truncated while it was read");
            destination = destination[read..];
            offset += read;
        }
    }

    public void Dispose() => _stream.Dispose();

    private void ReadExactly(Span<byte> bytes, string part)
    {
        if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw Error($"is truncated within its {part}");
    }
}
