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
    /// <param name="reservation">The memory of the request.</param>
    /// <param name="contentType">Sent unchanged.</param>
    public static ValueTask SendAsync<TState>(
        HttpResponse response, TState state, Action<Utf8JsonWriter, TState> write, MemoryReservation? reservation, string contentType = ContentType)
        => ResponseBody.SendAsync(response, contentType, JsonBuffer.Write(state, write, reservation), reservation);
}
