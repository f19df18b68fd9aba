using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Codecs.Grpc;

/// <summary>
/// Counts what a <c>ModelInferRequest</c> contains, on the wire, before protobuf creates an object for each part: two bytes of an empty message are an
/// object of 200 bytes. Invalid messages are left to the parser.
/// </summary>
/// <remarks>Field numbers of inference.proto, protobuf wire format.</remarks>
internal ref struct InferRequestScan
{
    private const int MaxFields = 16_384;
    private const int MaxAxes = 32;

    // Parsed values and their growth, the tensor, the output and its message.
    private const int CopiesPerElement = 5;
    private const int BytesPerField = 256;

    // ByteString with its array, and the string of ONNX Runtime.
    private const int BytesPerText = 160;

    private SequenceReader<byte> _reader;
    private int _fields;
    private int _inputs;
    private long _elementBytes;

    private InferRequestScan(ReadOnlySequence<byte> message) => _reader = new SequenceReader<byte>(message);

    private enum WireType
    {
        Varint = 0,
        Fixed64 = 1,
        Length = 2,
        Fixed32 = 5,
    }

    /// <summary>Estimates the memory of a request, with its tensors and its response.</summary>
    /// <param name="message">The serialized message.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="InvalidInputException">The message has too many fields or axes: 400.</exception>
    public static long Estimate(ReadOnlySequence<byte> message)
    {
        var scan = new InferRequestScan(message);
        scan.ReadRequest();
        return (2 * message.Length) + ((long)BytesPerField * scan._fields) + scan._elementBytes;
    }

    private void ReadRequest()
    {
        while (TryReadTag(_reader.Length, out var field, out var type))
        {
            if (type == WireType.Length && field == 5 && TryReadEnd(_reader.Length, out var input)) ReadInput(input);
            else if (type == WireType.Length && field == 6 && TryReadEnd(_reader.Length, out var output)) ReadOutput(output);
            else if (!TrySkip(type, _reader.Length)) return;
        }
    }

    private void ReadInput(long end)
    {
        var axes = 0L;
        while (TryReadTag(end, out var field, out var type))
        {
            if (field == 3)
            {
                axes += CountVarints(type, end);
                if (axes > MaxAxes) throw new InvalidInputException($"inputs[{_inputs}].shape should have at most {MaxAxes} axes");
            }
            else if (type == WireType.Length && field == 5 && TryReadEnd(end, out var contents)) ReadContents(contents);
            else if (!TrySkip(type, end)) break;
        }
        _inputs++;
        MoveTo(end);
    }

    private void ReadOutput(long end)
    {
        while (TryReadTag(end, out _, out var type))
            if (!TrySkip(type, end)) break;
        MoveTo(end);
    }

    private void ReadContents(long end)
    {
        while (TryReadTag(end, out var field, out var type))
        {
            // Elements, packed or one by one, are not fields of their own.
            if (field is >= 1 and <= 8) _fields--;
            switch (field)
            {
                case 1: Add(CountVarints(type, end), sizeof(bool)); break;
                case 2 or 4: Add(CountVarints(type, end), sizeof(int)); break;
                case 3 or 5: Add(CountVarints(type, end), sizeof(long)); break;
                case 6: Add(CountFixed(type, end, sizeof(float)), sizeof(float)); break;
                case 7: Add(CountFixed(type, end, sizeof(double)), sizeof(double)); break;
                case 8:
                    _elementBytes += BytesPerText;
                    if (!TrySkip(type, end)) { MoveTo(end); return; }
                    break;
                default:
                    if (!TrySkip(type, end)) { MoveTo(end); return; }
                    break;
            }
        }
        MoveTo(end);
    }

    private void Add(long elements, int size) => _elementBytes += elements * size * CopiesPerElement;

    private long CountVarints(WireType type, long end)
    {
        if (type != WireType.Length)
        {
            if (!TrySkip(type, end)) MoveTo(end);
            return 1;
        }
        if (!TryReadEnd(end, out var packedEnd)) return 0;
        var count = 0L;
        foreach (var segment in _reader.UnreadSequence.Slice(0, packedEnd - _reader.Consumed)) count += CountVarints(segment.Span);
        MoveTo(packedEnd);
        return count;
    }

    // The last byte of a varint has no high bit.
    private static long CountVarints(ReadOnlySpan<byte> bytes)
    {
        const ulong HighBits = 0x8080_8080_8080_8080;
        var count = 0L;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) count += BitOperations.PopCount(~BinaryPrimitives.ReadUInt64LittleEndian(bytes) & HighBits);
        foreach (var value in bytes) count += value < 0x80 ? 1 : 0;
        return count;
    }

    private long CountFixed(WireType type, long end, int size)
    {
        if (type != WireType.Length)
        {
            if (!TrySkip(type, end)) MoveTo(end);
            return 1;
        }
        if (!TryReadEnd(end, out var packedEnd)) return 0;
        var count = (packedEnd - _reader.Consumed) / size;
        MoveTo(packedEnd);
        return count;
    }

    private bool TryReadTag(long end, out int field, out WireType type)
    {
        (field, type) = (0, default);
        if (_reader.Consumed >= end || !TryReadVarint(out var tag)) return false;
        if (++_fields > MaxFields)
            throw new InvalidInputException($"the message should have at most {MaxFields} inputs, outputs, parameters and other fields");
        (field, type) = ((int)((uint)tag >> 3), (WireType)(tag & 7));
        return true;
    }

    private bool TryReadEnd(long outerEnd, out long end)
    {
        end = outerEnd;
        if (!TryReadVarint(out var length) || length > Left(outerEnd)) return false;
        end = _reader.Consumed + (long)length;
        return true;
    }

    private bool TrySkip(WireType type, long end) => type switch
    {
        WireType.Varint => TryReadVarint(out _),
        WireType.Fixed64 => TryAdvance(sizeof(long), end),
        WireType.Fixed32 => TryAdvance(sizeof(int), end),
        WireType.Length => TryReadVarint(out var length) && length <= Left(end) && TryAdvance((long)length, end),
        // The tags of a group have no content.
        _ => true,
    };

    private bool TryAdvance(long count, long end)
    {
        if (count > end - _reader.Consumed) return false;
        _reader.Advance(count);
        return true;
    }

    // A number at the end of an invalid message may end beyond it.
    private readonly ulong Left(long end) => (ulong)Math.Max(0, end - _reader.Consumed);

    private void MoveTo(long end)
    {
        if (end > _reader.Consumed) _reader.Advance(end - _reader.Consumed);
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (!_reader.TryRead(out var read)) return false;
            value |= (ulong)(read & 0x7F) << shift;
            if (read < 0x80) return true;
        }
        return false;
    }
}
