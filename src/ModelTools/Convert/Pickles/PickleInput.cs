using System.Buffers.Binary;

namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>Reads the arguments of operations from a file in memory.</summary>
/// <param name="file">The file.</param>
internal sealed class PickleInput(ReadOnlyMemory<byte> file)
{
    /// <summary>Gets the number of bytes already read.</summary>
    public int Position { get; private set; }

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    public double DoubleBigEndian() => BinaryPrimitives.ReadDoubleBigEndian(Take(sizeof(double)));

    /// <summary>Returns bytes of the file without copying them.</summary>
    public ReadOnlyMemory<byte> Bytes(ulong length)
    {
        Require(length);
        var bytes = file.Slice(Position, (int)length);
        Position += (int)length;
        return bytes;
    }

    /// <summary>Checks that the file has more bytes.</summary>
    public void Require(ulong length)
    {
        if (length > (ulong)(file.Length - Position)) throw new PickleException($"it is truncated: {length} bytes are expected at byte {Position}, got {file.Length - Position}");
    }

    /// <summary>Returns the bytes up to a line feed, which is skipped.</summary>
    public ReadOnlySpan<byte> Line(int longest)
    {
        var rest = file.Span[Position..];
        var end = rest.IndexOf((byte)'\n');
        if (end < 0) throw new PickleException($"it is truncated: the line at byte {Position} does not end");
        if (end > longest) throw new PickleException($"a line at byte {Position} has {end} bytes; {longest} are the most");
        Position += end + 1;
        return rest[..end];
    }

    private ReadOnlySpan<byte> Take(int length) => Bytes((ulong)length).Span;
}
