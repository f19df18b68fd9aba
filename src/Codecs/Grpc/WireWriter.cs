using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace InferenceServices.Codecs.Grpc;

/// <summary>Writes the protobuf wire format. Fields of nested messages need the length first: the methods <c>SizeOf</c> return that of a field's content.</summary>
/// <param name="output">Receives the bytes; complete after <see cref="Flush"/>.</param>
internal ref struct WireWriter(IBufferWriter<byte> output)
{
    private const int MaxVarintBytes = 10;

    // Field numbers to 15.
    private const int TagBytes = 1;

    private Span<byte> _free;
    private int _used;

    /// <summary>Returns the size of a number of variable length.</summary>
    public static int SizeOf(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    /// <summary>Returns the size of a field with a length and that many bytes.</summary>
    public static long SizeOfField(long length) => TagBytes + SizeOf((ulong)length) + length;

    /// <summary>Returns the size of a string field, which is absent if empty.</summary>
    public static long SizeOfField(string text) => text.Length == 0 ? 0 : SizeOfField(Encoding.UTF8.GetByteCount(text));

    /// <summary>Writes the tag of a field.</summary>
    public void WriteTag(uint field, uint type) => WriteVarint((field << WireType.Bits) | type);

    /// <summary>Writes tag and length of a field whose content follows.</summary>
    public void WriteLength(uint field, long length)
    {
        WriteTag(field, WireType.Length);
        WriteVarint((ulong)length);
    }

    /// <summary>Writes a string field, which is absent if empty.</summary>
    public void WriteField(uint field, string text)
    {
        if (text.Length == 0) return;
        var length = Encoding.UTF8.GetByteCount(text);
        WriteLength(field, length);
        Require(length);
        _used += Encoding.UTF8.GetBytes(text, _free[_used..]);
    }

    /// <summary>Writes a field with a length.</summary>
    public void WriteField(uint field, scoped ReadOnlySpan<byte> bytes)
    {
        WriteLength(field, bytes.Length);
        WriteBytes(bytes);
    }

    public void WriteVarint(ulong value)
    {
        Require(MaxVarintBytes);
        for (; value >= 0x80; value >>= 7) _free[_used++] = (byte)(value | 0x80);
        _free[_used++] = (byte)value;
    }

    public void WriteFixed64(double value)
    {
        Require(sizeof(double));
        BinaryPrimitives.WriteDoubleLittleEndian(_free[_used..], value);
        _used += sizeof(double);
    }

    public void WriteBytes(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.TryCopyTo(_free[_used..]))
        {
            _used += bytes.Length;
            return;
        }
        Flush();
        output.Write(bytes);
    }

    /// <summary>Completes the output.</summary>
    public void Flush()
    {
        if (_used > 0) output.Advance(_used);
        _free = default;
        _used = 0;
    }

    private void Require(int length)
    {
        if (_free.Length - _used >= length) return;
        Flush();
        _free = output.GetSpan(length);
    }
}
