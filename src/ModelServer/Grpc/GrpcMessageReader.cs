using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using InferenceServices.Codecs.Grpc;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.Memory;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace InferenceServices.ModelServer.Grpc;

/// <summary>
/// Wraps the body of a call for the gRPC library, which parses a message before any code of the server runs. Counts the bytes of a message as they
/// arrive, and undoes its coding within the limit; the library sees one complete message at a time. An inference request is parsed by
/// <see cref="ReadRequest"/>, from the bytes that the library has passed on. Pooled.
/// </summary>
/// <param name="memory">The account.</param>
internal sealed class GrpcMessageReader(RequestMemory memory) : PipeReader, IRequestBodyPipeFeature
{
    // Flag of compression and length.
    private const int PrefixBytes = 5;

    // Below, the bytes are in buffers of the connection.
    private const int CountedBytes = 16 << 10;

    private HttpContext _http = null!;
    private PipeReader _pipe = null!;
    private MessageKind _kind;
    private bool _isStream;
    private long _limit;
    private string _limitName = "";
    private AlignedMemory? _decoded;
    private SequencePosition? _frameEnd;
    private long _counted;

    PipeReader IRequestBodyPipeFeature.Reader => this;

    /// <summary>Gets the reservation of the current message; null without one.</summary>
    public MemoryReservation? Reservation { get; private set; }

    /// <summary>Starts to read the messages of a call.</summary>
    /// <param name="http">Context of the call.</param>
    /// <param name="kind">What the call carries.</param>
    /// <param name="isStream">Whether the client sends a stream, which may be idle between two messages.</param>
    /// <param name="limit">Length of the largest message; null for no limit.</param>
    /// <param name="limitName">What sets the limit.</param>
    public void Attach(HttpContext http, MessageKind kind, bool isStream, int? limit, string limitName)
    {
        (_http, _pipe, _kind, _isStream) = (http, http.Request.BodyReader, kind, isStream);
        (_limit, _limitName) = (limit ?? int.MaxValue - PrefixBytes - AlignedMemory.Alignment, limitName);
        http.Features.Set<IRequestBodyPipeFeature>(this);
    }

    /// <summary>Reads the inference request of the current message, and releases the bytes of the message.</summary>
    /// <returns>The request, which the caller disposes.</returns>
    public InferRequestMessage ReadRequest(InferPayload payload)
    {
        try
        {
            return InferRequestReader.Read(payload.Bytes, Reservation ??= memory.Admit());
        }
        finally
        {
            ReleaseFrame();
        }
    }

    /// <summary>Ends the call.</summary>
    public void Detach()
    {
        EndMessage();
        (_http, _pipe) = (null!, null!);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ReleaseFrame();
        // The library has no token for the message of a unary call.
        if (!cancellationToken.CanBeCanceled) cancellationToken = _http.RequestAborted;
        // The next message of a stream is read after the answer to the last was sent.
        if (_kind == MessageKind.InferStream) EndMessage();
        ReadResult result;
        if (_isStream) result = await _pipe.ReadAsync(cancellationToken);
        else if (!_pipe.TryRead(out result)) return Present(await ReadRestAsync(null, cancellationToken));
        if (!IsComplete(result)) result = await ReadRestAsync(result, cancellationToken);
        return Present(result);
    }

    public override bool TryRead(out ReadResult result)
    {
        result = default;
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_frameEnd is null) _pipe.AdvanceTo(consumed, examined);
        else if (_kind == MessageKind.Other) ReleaseFrame();
        // The bytes of an inference request are read later.
    }

    public override void CancelPendingRead() => _pipe.CancelPendingRead();

    public override void Complete(Exception? exception = null) => _pipe.Complete(exception);

    // Null if nothing has arrived.
    private async ValueTask<ReadResult> ReadRestAsync(ReadResult? result, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var started = 0L;
        try
        {
            do
            {
                var buffer = result?.Buffer ?? default;
                Count(buffer.Length);
                // A stream may be idle between two messages.
                if (!_isStream || !buffer.IsEmpty)
                {
                    if (started == 0) started = Stopwatch.GetTimestamp();
                    memory.SetBodyDeadline(deadline, started, buffer.Length);
                }
                if (result is not null) _pipe.AdvanceTo(buffer.Start, buffer.End);
                result = await _pipe.ReadAsync(deadline.Token);
            }
            while (!IsComplete(result.Value));
            return result.Value;
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The message did not arrive in time.", StatusCodes.Status408RequestTimeout, exception);
        }
    }

    // Complete, or for the library to reject. A unary call is complete at its end, so that the library does not read again.
    private bool IsComplete(in ReadResult result)
    {
        if (result.IsCompleted || result.IsCanceled) return true;
        if (result.Buffer.Length < PrefixBytes) return false;
        var excess = result.Buffer.Length - PrefixBytes - LengthOf(result.Buffer);
        return _kind == MessageKind.Infer ? excess > 0 : excess >= 0;
    }

    private long LengthOf(ReadOnlySequence<byte> buffer)
    {
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        buffer.Slice(0, PrefixBytes).CopyTo(prefix);
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (length <= _limit) return length;
        _pipe.AdvanceTo(buffer.End);
        throw PayloadTooLargeException.ForMessage(length, _limit, _limitName);
    }

    private ReadResult Present(in ReadResult result)
    {
        var buffer = result.Buffer;
        if (result.IsCanceled || buffer.Length < PrefixBytes || LengthOf(buffer) is var length && buffer.Length - PrefixBytes < length) return result;
        var frame = buffer.Slice(0, PrefixBytes + length);
        var isLast = result.IsCompleted && frame.Length == buffer.Length;
        _frameEnd = frame.End;
        try
        {
            if (frame.FirstSpan[0] == 1 && _http.Request.Headers["grpc-encoding"] is { Count: > 0 } coding) frame = Decode(frame, coding.ToString());
            return new ReadResult(frame, isCanceled: false, isLast);
        }
        catch
        {
            ReleaseFrame();
            throw;
        }
    }

    private ReadOnlySequence<byte> Decode(ReadOnlySequence<byte> frame, string coding)
    {
        // An unknown coding is for the library to reject.
        if (coding is not ("gzip" or "deflate")) return frame;
        if (frame.Length == PrefixBytes) throw new InvalidDataException("The message is compressed and empty.");
        using var decoder = new ContentDecoder(frame.Slice(PrefixBytes), coding);
        var length = PrefixBytes;
        while (true)
        {
            if (_decoded is null || _decoded.Capacity == length) GrowDecoded(length);
            var read = decoder.Read(_decoded!.GetSpan()[length..]);
            if (read == 0) break;
            length += read;
            if (length - PrefixBytes > _limit) throw PayloadTooLargeException.ForMessage(length - PrefixBytes, _limit, _limitName);
        }
        var decoded = _decoded.GetSpan();
        decoded[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(decoded[1..], (uint)(length - PrefixBytes));
        return new ReadOnlySequence<byte>(_decoded.Memory[..length]);
    }

    private void GrowDecoded(int length)
    {
        var capacity = AlignedMemory.CapacityOf((int)Math.Min(Math.Max(2L * length, CountedBytes), _limit + PrefixBytes + 1));
        Count(capacity);
        var larger = AlignedMemory.Rent(capacity);
        _decoded?.GetSpan()[..length].CopyTo(larger.GetSpan());
        ((IDisposable?)_decoded)?.Dispose();
        _decoded = larger;
    }

    private void Count(long bytes)
    {
        if (bytes <= Math.Max(_counted, CountedBytes)) return;
        Reservation ??= memory.Admit();
        Reservation.ReserveBody(bytes - _counted);
        _counted = bytes;
    }

    private void ReleaseFrame()
    {
        ((IDisposable?)_decoded)?.Dispose();
        _decoded = null;
        if (_frameEnd is not { } end) return;
        _frameEnd = null;
        _pipe.AdvanceTo(end);
    }

    private void EndMessage()
    {
        ReleaseFrame();
        Reservation?.Dispose();
        (Reservation, _counted) = (null, 0);
    }
}
