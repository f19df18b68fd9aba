using System.Buffers.Binary;
using System.Globalization;

namespace InferenceServices.ModelTools.Convert.FastText;

/// <summary>Reads a binary file front to back and refuses it, with the part's name, where it ends too early.</summary>
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

    public ModelFileException Refuse(string reason) => new($"{_path} {reason}");

    /// <summary>Refuses the file unless so many bytes follow.</summary>
    public void Require(long bytes, string part)
    {
        if (bytes < 0)
            throw Refuse($"is damaged: the size of its {part} makes no sense");
        if (bytes > Remaining)
            throw Refuse(string.Create(CultureInfo.InvariantCulture, $"is cut off: its {part} needs {bytes - Remaining:N0} bytes more than there are"));
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
        _ => throw Refuse($"is damaged: its {part} begins with neither yes nor no"),
    };

    public byte ReadByte(string part)
    {
        var value = _stream.ReadByte();
        return value >= 0 ? (byte)value : throw Refuse($"is cut off inside its {part}");
    }

    /// <summary>Reads from a place without moving the cursor; other threads may do the same.</summary>
    public void ReadAt(long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var read = RandomAccess.Read(_stream.SafeFileHandle, destination, offset);
            if (read == 0)
                throw Refuse("became shorter while it was read");
            destination = destination[read..];
            offset += read;
        }
    }

    public void Dispose() => _stream.Dispose();

    private void ReadExactly(Span<byte> bytes, string part)
    {
        if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw Refuse($"is cut off inside its {part}");
    }
}
