using System.Buffers;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.ModelServer.Memory;

namespace InferenceServices.ModelServer.Bodies;

/// <summary>Decompresses a complete body within a limit.</summary>
internal sealed class BodyDecoder : IDisposable
{
    /// <summary>Length in bytes that is decompressed in about a millisecond.</summary>
    public const int SmallBytes = 256 << 10;

    private const int LeastBytes = 4 << 10;

    private readonly ContentDecoder _decoder;
    private readonly long _limitBytes;
    private readonly MemoryReservation _reservation;
    private AlignedMemory? _decoded;
    private int _length;

    public BodyDecoder(ReadOnlyMemory<byte> coded, string coding, long limitBytes, MemoryReservation reservation)
    {
        (_limitBytes, _reservation) = (limitBytes, reservation);
        _decoder = new ContentDecoder(new ReadOnlySequence<byte>(coded), coding);
    }

    /// <summary>Decompresses more of the body.</summary>
    /// <param name="length">Stops at this decompressed length.</param>
    /// <returns>True at the end of the body.</returns>
    /// <exception cref="InvalidDataException">The body does not match its coding, is incomplete, or has bytes behind its end.</exception>
    /// <exception cref="PayloadTooLargeException">The decompressed body exceeds the limit: 413.</exception>
    /// <exception cref="ServerBusyException">The memory for bodies is in use: 429.</exception>
    public bool Read(long length)
    {
        while (_length < length)
        {
            if (_decoded is null || _decoded.Capacity == _length) _decoded = RequestBody.Grow(_decoded, _length, _length + LeastBytes, int.MaxValue, _reservation);
            var read = _decoder.Read(_decoded.GetSpan()[_length..]);
            if (read == 0) return true;
            _length += read;
            if (_length > _limitBytes) throw new PayloadTooLargeException(_limitBytes);
        }
        return false;
    }

    /// <summary>Returns the body, which the caller owns.</summary>
    public (AlignedMemory Decoded, int Length) Detach()
    {
        var decoded = _decoded!;
        _decoded = null;
        return (decoded, _length);
    }

    public void Dispose()
    {
        _decoder.Dispose();
        ((IDisposable?)_decoded)?.Dispose();
    }
}
