using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Codecs.Grpc;

/// <summary>Reads the protobuf wire format. Accepts what Google.Protobuf accepts, and never reads beyond the end of the current message.</summary>
/// <param name="message">A serialized message.</param>
internal ref struct WireReader(ReadOnlySequence<byte> message)
{
    // Nested messages and groups, as in Google.Protobuf.
    private const int MaxDepth = 100;
    private const int MaxVarintBytes = 10;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private SequenceReader<byte> _reader = new(message);
    private long _end = message.Length;
    private int _depth;

    /// <summary>Reads the next tag.</summary>
    /// <returns>False at the end of the current message.</returns>
    public bool TryReadTag(out uint tag)
    {
        tag = 0;
        if (_reader.Consumed == _end) return false;
        tag = (uint)ReadVarint();
        return tag >> WireType.Bits > 0 ? true : throw Invalid();
    }

    /// <summary>Reads a number of variable length.</summary>
    public ulong ReadVarint()
    {
        if (!_reader.TryRead(out var read)) throw Invalid();
        var value = (ulong)read;
        if (read >= 0x80) value = ReadVarintRest(value & 0x7F);
        return _reader.Consumed <= _end ? value : throw Invalid();
    }

    /// <summary>Counts the numbers of variable length from here to the end of the current message: the last byte of each has no high bit.</summary>
    public readonly int CountVarints()
    {
        var count = 0L;
        foreach (var segment in _reader.UnreadSequence.Slice(0, _end - _reader.Consumed)) count += CountVarints(segment.Span);
        return (int)count;
    }

    /// <summary>Reads the length of a string, of bytes or of packed elements, which are within the current message.</summary>
    public int ReadLength()
    {
        var length = (uint)ReadVarint();
        return length <= _end - _reader.Consumed ? (int)length : throw Invalid();
    }

    /// <summary>Enters a nested message or packed elements.</summary>
    /// <returns>The end of the outer message, for <see cref="Leave"/>.</returns>
    public long Enter()
    {
        var length = ReadLength();
        if (++_depth > MaxDepth) throw Invalid();
        var outer = _end;
        _end = _reader.Consumed + length;
        return outer;
    }

    /// <summary>Leaves a nested message, which must have been read to its end.</summary>
    public void Leave(long outer)
    {
        if (_reader.Consumed != _end) throw Invalid();
        _depth--;
        _end = outer;
    }

    /// <summary>Reads a string with its length.</summary>
    public string ReadString()
    {
        var length = ReadLength();
        if (length == 0) return "";
        var bytes = _reader.UnreadSpan;
        try
        {
            var text = length <= bytes.Length ? StrictUtf8.GetString(bytes[..length]) : StrictUtf8.GetString(_reader.UnreadSequence.Slice(0, length));
            _reader.Advance(length);
            return text;
        }
        catch (ArgumentException)
        {
            throw Invalid();
        }
    }

    /// <summary>Reads a number of 64 bits.</summary>
    public long ReadFixed64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        ReadBytes(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>Copies the next bytes.</summary>
    public void ReadBytes(scoped Span<byte> destination)
    {
        if (destination.Length > _end - _reader.Consumed) throw Invalid();
        _ = _reader.TryCopyTo(destination);
        _reader.Advance(destination.Length);
    }

    /// <summary>Skips the content of a field.</summary>
    /// <param name="tag">Tag of the field, which has been read.</param>
    public void Skip(uint tag)
    {
        switch (tag & ((1 << WireType.Bits) - 1))
        {
            case WireType.Varint: ReadVarint(); break;
            case WireType.Fixed64: Advance(sizeof(long)); break;
            case WireType.Length: Advance(ReadLength()); break;
            case WireType.StartGroup: SkipGroup(tag >> WireType.Bits); break;
            case WireType.Fixed32: Advance(sizeof(int)); break;
            default: throw Invalid();
        }
    }

    /// <summary>Skips bytes.</summary>
    public void Advance(int length)
    {
        if (length > _end - _reader.Consumed) throw Invalid();
        _reader.Advance(length);
    }

    /// <summary>Returns the error of a message that is not valid.</summary>
    public static InvalidInputException Invalid() => new("The message could not be read. It is not a message of this method.");

    private void SkipGroup(uint field)
    {
        if (++_depth > MaxDepth) throw Invalid();
        var end = (field << WireType.Bits) | WireType.EndGroup;
        while (true)
        {
            if (!TryReadTag(out var tag)) throw Invalid();
            if (tag == end) break;
            Skip(tag);
        }
        _depth--;
    }

    private ulong ReadVarintRest(ulong value)
    {
        for (var i = 1; i < MaxVarintBytes; i++)
        {
            if (!_reader.TryRead(out var read)) throw Invalid();
            value |= (ulong)(read & 0x7F) << (7 * i);
            if (read < 0x80) return value;
        }
        throw Invalid();
    }

    private static int CountVarints(ReadOnlySpan<byte> bytes)
    {
        const ulong HighBits = 0x8080_8080_8080_8080;
        var count = 0;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) count += BitOperations.PopCount(~BinaryPrimitives.ReadUInt64LittleEndian(bytes) & HighBits);
        foreach (var value in bytes) count += value < 0x80 ? 1 : 0;
        return count;
    }
}
