using System.Buffers;
using InferenceServices.Codecs;
using InferenceServices.ModelServer.Memory;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Bodies;

/// <summary>
/// Sends a complete body, compressed if the client accepts it. A small body is copied to the buffer of the connection. A large body is sent in pieces, each
/// after the client has read the one before, so that its memory is counted until it is sent, and a client that does not read is disconnected.
/// </summary>
internal static class ResponseBody
{
    /// <summary>Sends a body.</summary>
    /// <param name="response">Not yet started; its status is set by the caller.</param>
    /// <param name="contentType">Sent as it is.</param>
    /// <param name="body">Buffer of <see cref="JsonBuffer"/>, written by the calling thread.</param>
    /// <param name="reservation">The memory of the request; null: the body is sent at once.</param>
    public static ValueTask SendAsync(HttpResponse response, string contentType, PooledBufferWriter body, MemoryReservation? reservation)
    {
        response.ContentType = contentType;
        if (!body.IsLarge || reservation is null)
        {
            Send(response, body.Written);
            return ValueTask.CompletedTask;
        }
        JsonBuffer.Detach();
        return SendLargeAsync(response, body, reservation);
    }

    /// <summary>Sends a body as one piece.</summary>
    /// <param name="response">Not yet started; its status and content type are set.</param>
    /// <param name="body">The body.</param>
    public static void Send(HttpResponse response, ReadOnlySpan<byte> body)
    {
        if (ContentCoding.Choose(response.HttpContext.Request, body.Length) is not { } coding)
        {
            response.ContentLength = body.Length;
            response.BodyWriter.Write(body);
            return;
        }
        SetCoding(response, coding);
        using var coded = new MemoryStream();
        using (var encoder = ContentCoding.Encode(coded, coding)) encoder.Write(body);
        response.ContentLength = coded.Length;
        response.BodyWriter.Write(coded.GetBuffer().AsSpan(0, (int)coded.Length));
    }

    private static async ValueTask SendLargeAsync(HttpResponse response, PooledBufferWriter body, MemoryReservation reservation)
    {
        using (body) await AnswerDeadline.EnforceAsync(response.HttpContext, reservation.AnswerTimeout, token => SendLargeAsync(response, body.WrittenMemory, token));
    }

    private static async ValueTask SendLargeAsync(HttpResponse response, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (ContentCoding.Choose(response.HttpContext.Request, body.Length) is not { } coding)
        {
            response.ContentLength = body.Length;
            await CopyAsync(body, response.Body, cancellationToken);
            return;
        }
        SetCoding(response, coding);
        await using var encoder = ContentCoding.Encode(response.Body, coding);
        await CopyAsync(body, encoder, cancellationToken);
    }

    private static async ValueTask CopyAsync(ReadOnlyMemory<byte> body, Stream target, CancellationToken cancellationToken)
    {
        for (; body.Length > 0; body = body[Math.Min(body.Length, PooledBufferWriter.SmallBytes)..])
        {
            await target.WriteAsync(body[..Math.Min(body.Length, PooledBufferWriter.SmallBytes)], cancellationToken);
            await target.FlushAsync(cancellationToken);
        }
    }

    private static void SetCoding(HttpResponse response, string coding)
    {
        response.Headers.ContentEncoding = coding;
        response.Headers.Vary = "Accept-Encoding";
    }
}
