using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.ModelServer.Memory;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Bodies;

/// <summary>
/// A complete decompressed request body in contiguous memory: the server's own buffer if the body is in one segment, otherwise a
/// copy. The content type is ignored, because clients send any or none.
/// </summary>
internal readonly struct RequestBody : IDisposable
{
    private readonly PipeReader? _pipe;
    private readonly ReadOnlySequence<byte> _sequence;
    private readonly AlignedMemory? _copy;

    private RequestBody(PipeReader pipe, ReadOnlySequence<byte> sequence)
    {
        _pipe = pipe;
        _sequence = sequence;
        Memory = sequence.First;
    }

    private RequestBody(AlignedMemory copy, int length)
    {
        _copy = copy;
        Memory = copy.Memory[..length];
    }

    /// <summary>Gets the bytes; valid until disposed.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>Reads a body to its end.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limitBytes">Largest body, after its coding is undone.</param>
    /// <param name="reservation">Counts the bytes that have arrived, until the reservation is disposed.</param>
    /// <param name="cancellationToken">Cancelled when the client disconnects.</param>
    /// <exception cref="PayloadTooLargeException">The Content-Length, the body or the decompressed body exceeds the limit: 413.</exception>
    /// <exception cref="UnsupportedContentCodingException">The content coding is not supported: 415.</exception>
    /// <exception cref="InvalidInputException">The body does not match its content coding, or is incomplete: 400.</exception>
    /// <exception cref="ServerBusyException">The memory for bodies is in use: 429.</exception>
    /// <exception cref="BadHttpRequestException">The body did not arrive in time: 408.</exception>
    public static ValueTask<RequestBody> ReadAsync(HttpRequest request, long limitBytes, MemoryReservation reservation, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limitBytes) throw new PayloadTooLargeException(limitBytes);
        return request.Headers.ContentEncoding is { Count: > 0 } coding
            ? DecodeAsync(request, coding.ToString(), limitBytes, reservation, cancellationToken)
            : ReadPlainAsync(request, limitBytes, reservation, cancellationToken);
    }

    public void Dispose()
    {
        _pipe?.AdvanceTo(_sequence.End);
        ((IDisposable?)_copy)?.Dispose();
    }

    private static async ValueTask<RequestBody> ReadPlainAsync(
        HttpRequest request, long limitBytes, MemoryReservation reservation, CancellationToken cancellationToken)
    {
        var pipe = request.BodyReader;
        var reading = pipe.ReadAsync(cancellationToken);
        if (!reading.IsCompletedSuccessfully) return await ReadInTimeAsync(pipe, reading, request.ContentLength, limitBytes, reservation, cancellationToken);
        var result = await reading;
        return IsWhole(result, request.ContentLength, limitBytes)
            ? new RequestBody(pipe, result.Buffer)
            : await ReadInTimeAsync(pipe, new ValueTask<ReadResult>(result), request.ContentLength, limitBytes, reservation, cancellationToken);
    }

    private static bool IsWhole(in ReadResult result, long? announced, long limitBytes)
        => (result.IsCompleted || result.Buffer.Length == announced) && result.Buffer.IsSingleSegment && result.Buffer.Length <= limitBytes && !result.IsCanceled;

    private static async ValueTask<RequestBody> DecodeAsync(
        HttpRequest request, string coding, long limitBytes, MemoryReservation reservation, CancellationToken cancellationToken)
    {
        ContentCoding.Require(coding);
        using var coded = await ReadPlainAsync(request, limitBytes, reservation, cancellationToken);
        using var decoder = new BodyDecoder(coded.Memory, coding, limitBytes, reservation);
        try
        {
            // Small bodies are decompressed here; a few kilobytes can become a large body.
            if (!decoder.Read(BodyDecoder.SmallBytes)) await reservation.Decoding.RunAsync(decoder, static decoder => decoder.Read(long.MaxValue), cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidInputException($"The request body is incomplete, has bytes behind its end or does not match its Content-Encoding: '{coding}'.", exception);
        }
        if (coded._copy is { } copy) reservation.ReleaseBody(copy.Capacity);
        var (decoded, length) = decoder.Detach();
        return new RequestBody(decoded, length);
    }

    private static async ValueTask<RequestBody> ReadInTimeAsync(
        PipeReader pipe, ValueTask<ReadResult> reading, long? announced, long limitBytes, MemoryReservation reservation, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource();
        // Not through the token of a read, which would leave the read open, so that Kestrel could not drain the request after the response.
        using var expiry = deadline.Token.UnsafeRegister(static pipe => ((PipeReader)pipe!).CancelPendingRead(), pipe);
        var started = Stopwatch.GetTimestamp();
        AlignedMemory? copy = null;
        var length = 0;
        ReadResult result = default;
        try
        {
            while (true)
            {
                reservation.SetBodyDeadline(deadline, started, length);
                result = await reading;
                if (length == 0 && IsWhole(result, announced, limitBytes)) return new RequestBody(pipe, result.Buffer);
                var arrived = (int)result.Buffer.Length;
                if (result.IsCanceled) throw new BadHttpRequestException("The request body did not arrive in time.", StatusCodes.Status408RequestTimeout);
                if (length + (long)arrived > limitBytes) throw new PayloadTooLargeException(limitBytes);
                if (length + arrived > (copy?.Capacity ?? -1)) copy = Grow(copy, length, length + arrived, announced ?? int.MaxValue, reservation);
                result.Buffer.CopyTo(copy!.GetSpan()[length..]);
                length += arrived;
                pipe.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted) return new RequestBody(copy, length);
                reading = pipe.ReadAsync(cancellationToken);
            }
        }
        catch (Exception exception)
        {
            ((IDisposable?)copy)?.Dispose();
            // Completes the current read after an error, so that Kestrel can drain the request instead of closing the connection.
            if (exception is InferenceException || result.IsCanceled) pipe.AdvanceTo(result.Buffer.End);
            throw;
        }
    }

    // The copy grows with the bytes that have arrived, whatever the client has announced. Counted before it is allocated.
    internal static AlignedMemory Grow(AlignedMemory? copy, int length, int needed, long expected, MemoryReservation reservation)
    {
        const int Least = 4 << 10;
        var capacity = (int)Math.Min(Math.Min(Math.Max(2L * needed, Least), Math.Max(expected, needed)), int.MaxValue - AlignedMemory.Alignment);
        reservation.ReserveBody(AlignedMemory.CapacityOf(capacity));
        var larger = AlignedMemory.Rent(capacity);
        if (copy is null) return larger;
        copy.GetSpan()[..length].CopyTo(larger.GetSpan());
        reservation.ReleaseBody(copy.Capacity);
        ((IDisposable)copy).Dispose();
        return larger;
    }
}
