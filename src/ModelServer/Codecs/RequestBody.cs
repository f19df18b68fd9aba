using System.Buffers;
using System.IO.Pipelines;
using InferenceServices.Contracts.Errors;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Codecs;

/// <summary>
/// A whole request body as one piece of memory, its content coding undone: the server's own buffer when it came in one piece, a rented
/// copy otherwise. The content type is not looked at, because clients send any or none.
/// </summary>
internal readonly struct RequestBody : IDisposable
{
    private readonly PipeReader? _pipe;
    private readonly ReadOnlySequence<byte> _sequence;
    private readonly byte[]? _rented;

    private RequestBody(PipeReader pipe, ReadOnlySequence<byte> sequence)
    {
        _pipe = pipe;
        _sequence = sequence;
        Memory = sequence.First;
    }

    private RequestBody(byte[] rented, int length)
    {
        _rented = rented;
        Memory = rented.AsMemory(0, length);
    }

    /// <summary>Valid until disposed.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>Reads to the end of the body.</summary>
    /// <exception cref="PayloadTooLargeException">More than the limit, announced or arrived, or grown out of a coding: 413.</exception>
    /// <exception cref="InvalidInputException">A content coding that is not known, or content that is not in it: 400.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, long limitBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limitBytes) throw new PayloadTooLargeException(limitBytes);
        if (request.Headers.ContentEncoding is { Count: > 0 } coding) return await DecodeAsync(request, coding.ToString(), limitBytes, cancellationToken);
        var pipe = request.BodyReader;
        var result = await pipe.ReadAsync(cancellationToken);
        if ((result.IsCompleted || result.Buffer.Length == request.ContentLength) && result.Buffer.IsSingleSegment)
        {
            if (result.Buffer.Length <= limitBytes) return new RequestBody(pipe, result.Buffer);
            pipe.AdvanceTo(result.Buffer.End);
            throw new PayloadTooLargeException(limitBytes);
        }
        return await CopyAsync(pipe, result, (int)(request.ContentLength ?? 0), limitBytes, cancellationToken);
    }

    public void Dispose()
    {
        _pipe?.AdvanceTo(_sequence.End);
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
    }

    private static async ValueTask<RequestBody> DecodeAsync(HttpRequest request, string coding, long limitBytes, CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(ContentCoding.Decode(request.Body, coding));
        try
        {
            return await CopyAsync(pipe, await pipe.ReadAsync(cancellationToken), expected: 0, limitBytes, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidInputException($"The request body is not what its Content-Encoding says: '{JsonFields.Shorten(coding)}'.", exception);
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    private static async ValueTask<RequestBody> CopyAsync(
        PipeReader pipe, ReadResult result, int expected, long limitBytes, CancellationToken cancellationToken)
    {
        // What was announced need not arrive: beyond this, memory follows the bytes.
        const int TakenOnTrust = 1 << 20;
        var rented = ArrayPool<byte>.Shared.Rent(Math.Clamp(expected, 4096, TakenOnTrust));
        var length = 0;
        try
        {
            while (true)
            {
                var arrived = (int)result.Buffer.Length;
                if (length + (long)arrived > limitBytes)
                {
                    // Given back, so that Kestrel can drain the rest; with a read left open it would close the connection.
                    pipe.AdvanceTo(result.Buffer.End);
                    throw new PayloadTooLargeException(limitBytes);
                }
                if (length + arrived > rented.Length) rented = Grow(rented, length, length + arrived);
                result.Buffer.CopyTo(rented.AsSpan(length));
                length += arrived;
                pipe.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted) return new RequestBody(rented, length);
                result = await pipe.ReadAsync(cancellationToken);
            }
        }
        catch
        {
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
