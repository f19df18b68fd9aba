using System.Text.Json;
using InferenceServices.Codecs;
using InferenceServices.ModelServer.Memory;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Bodies;

/// <summary>Sends a JSON body that is complete before its first byte is sent, so that an error while it is written can still change the status.</summary>
internal static class JsonBody
{
    // KServe's client reads "error" only when the content type is exactly this, without a charset.
    public const string ContentType = "application/json";

    /// <summary>Sends one JSON value as one piece.</summary>
    /// <param name="response">Response that has not started; the caller sets its status.</param>
    /// <param name="state">Argument of <paramref name="write"/>.</param>
    /// <param name="write">Writes exactly one value. If it throws, the response is unchanged.</param>
    public static void Send<TState>(HttpResponse response, TState state, Action<Utf8JsonWriter, TState> write)
    {
        var json = JsonBuffer.Write(state, write);
        response.ContentType = ContentType;
        ResponseBody.Send(response, json);
    }

    /// <summary>Sends one JSON value, which may be large.</summary>
    /// <param name="response">Response that has not started; the caller sets its status.</param>
    /// <param name="state">Argument of <paramref name="write"/>.</param>
    /// <param name="write">Writes exactly one value. If it throws, the response is unchanged.</param>
    /// <param name="owner">Owns the memory of <paramref name="state"/>; disposed when the value is written, before its first byte is sent.</param>
    /// <param name="reservation">The memory of the request.</param>
    /// <param name="contentType">Sent unchanged.</param>
    public static async ValueTask SendAsync<TState>(
        HttpResponse response,
        TState state,
        Action<Utf8JsonWriter, TState> write,
        IDisposable? owner,
        MemoryReservation? reservation,
        string contentType = ContentType)
    {
        PooledBufferWriter body;
        using (owner) body = await WriteAsync(state, write, reservation, response.HttpContext.RequestAborted);
        await ResponseBody.SendAsync(response, contentType, body, reservation);
    }

    /// <summary>Writes one JSON value, on this thread unless that takes long.</summary>
    /// <param name="state">Argument of <paramref name="write"/>.</param>
    /// <param name="write">Writes exactly one value.</param>
    /// <param name="reservation">The memory of the request.</param>
    /// <param name="cancellationToken">Cancelled when the client disconnects.</param>
    /// <returns>The value, valid until the current thread writes the next value.</returns>
    public static ValueTask<PooledBufferWriter> WriteAsync<TState>(
        TState state, Action<Utf8JsonWriter, TState> write, MemoryReservation? reservation, CancellationToken cancellationToken)
        => reservation?.Encoding is { } encoding
            ? new ValueTask<PooledBufferWriter>(encoding.RunAsync((state, write, reservation), WriteDetached, cancellationToken))
            : new ValueTask<PooledBufferWriter>(JsonBuffer.Write(state, write, reservation));

    // The writing thread ends before the body is sent.
    private static PooledBufferWriter WriteDetached<TState>((TState Value, Action<Utf8JsonWriter, TState> Write, MemoryReservation Reservation) state)
    {
        var body = JsonBuffer.Write(state.Value, state.Write, state.Reservation);
        JsonBuffer.Detach();
        return body;
    }
}
