using System.Buffers;
using System.IO.Pipelines;
using InferenceServices.Contracts.Errors;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Bodies;

/// <summary>
/// A complete decompressed request body in contiguous memory: the server's own buffer if the body is in one segment, otherwise a rented
/// copy. The content type is ignored, because clients send any or none.
/// </summary>
internal readonly struct RequestBody : IDisposable
{
    private readonly RequestLimiter? _limiter;
    private readonly PipeReader? _pipe;
    private readonly ReadOnlySequence<byte> _sequence;
    private readonly byte[]? _rented;

    private RequestBody(RequestLimiter limiter, PipeReader pipe, ReadOnlySequence<byte> sequence)
    {
        _limiter = limiter;
        _pipe = pipe;
        _sequence = sequence;
        Memory = sequence.First;
    }

    private RequestBody(RequestLimiter limiter, byte[] rented, int length)
    {
        _limiter = limiter;
        _rented = rented;
        Memory = rented.AsMemory(0, length);
    }

    /// <summary>Gets the bytes; valid until disposed.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>Reads a body to its end. The request counts in the limiter until the body is disposed.</summary>
    /// <exception cref="PayloadTooLargeException">The Content-Length, the body or the decompressed body exceeds the limit: 413.</exception>
    /// <exception cref="InvalidInputException">The content coding is not supported, or the body does not match it: 400.</exception>
    /// <exception cref="ServerBusyException">The limits of requests are reached: 429.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, long limitBytes, RequestLimiter limiter, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limitBytes) throw new PayloadTooLargeException(limitBytes);
        limiter.Acquire(0);
        try
        {
            return request.Headers.ContentEncoding is { Count: > 0 } coding
                ? await DecodeAsync(request, coding.ToString(), limitBytes, limiter, cancellationToken)
                : await ReadPlainAsync(request, limitBytes, limiter, cancellationToken);
        }
        catch
        {
            limiter.Release(0);
            throw;
        }
    }

    public void Dispose()
    {
        _pipe?.AdvanceTo(_sequence.End);
        _limiter?.Release(_rented?.Length ?? 0);
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
    }

    private static async ValueTask<RequestBody> ReadPlainAsync(HttpRequest request, long limitBytes, RequestLimiter limiter, CancellationToken cancellationToken)
    {
        var pipe = request.BodyReader;
        var result = await pipe.ReadAsync(cancellationToken);
        if ((result.IsCompleted || result.Buffer.Length == request.ContentLength) && result.Buffer.IsSingleSegment)
        {
            if (result.Buffer.Length <= limitBytes) return new RequestBody(limiter, pipe, result.Buffer);
            pipe.AdvanceTo(result.Buffer.End);
            throw new PayloadTooLargeException(limitBytes);
        }
        return await CopyAsync(pipe, result, (int)(request.ContentLength ?? 0), limitBytes, limiter, cancellationToken);
    }

    private static async ValueTask<RequestBody> DecodeAsync(
        HttpRequest request, string coding, long limitBytes, RequestLimiter limiter, CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(ContentCoding.Decode(request.Body, coding));
        try
        {
            return await CopyAsync(pipe, await pipe.ReadAsync(cancellationToken), expected: 0, limitBytes, limiter, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidInputException($"The request body is not what its Content-Encoding says: '{coding}'.", exception);
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    private static async ValueTask<RequestBody> CopyAsync(
        PipeReader pipe, ReadResult result, int expected, long limitBytes, RequestLimiter limiter, CancellationToken cancellationToken)
    {
        // A client may send less than its Content-Length: beyond this size, memory grows with the received bytes.
        const int MaxPreallocatedBytes = 1 << 20;
        var rented = ArrayPool<byte>.Shared.Rent(Math.Clamp(expected, 4096, MaxPreallocatedBytes));
        var length = 0;
        var reserved = 0L;
        try
        {
            limiter.Reserve(rented.Length);
            reserved = rented.Length;
            while (true)
            {
                var arrived = (int)result.Buffer.Length;
                if (length + (long)arrived > limitBytes) throw new PayloadTooLargeException(limitBytes);
                if (length + arrived > rented.Length)
                {
                    rented = Grow(rented, length, length + arrived);
                    // Reserved after renting, so that the reservation is the actual size of the buffer.
                    limiter.Reserve(rented.Length - reserved);
                    reserved = rented.Length;
                }
                result.Buffer.CopyTo(rented.AsSpan(length));
                length += arrived;
                pipe.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted) return new RequestBody(limiter, rented, length);
                result = await pipe.ReadAsync(cancellationToken);
            }
        }
        catch (Exception exception)
        {
            // Completes the current read after an error, so that Kestrel can drain the request instead of closing the connection.
            if (exception is InferenceException) pipe.AdvanceTo(result.Buffer.End);
            limiter.Unreserve(reserved);
            ArrayPool<byte>.Shared.Return(rented);
            throw;
        }
    }

    private static byte[] Grow(byte[] rented, int length, int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * rented.Length));
        rented.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(rented);
        return larger;
    }
}
