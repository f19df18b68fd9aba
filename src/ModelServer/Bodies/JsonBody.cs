using System.Text.Json;
using InferenceServices.Codecs;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Bodies;

/// <summary>Sends a JSON body as one piece, so that an error while it is written can still change the status.</summary>
internal static class JsonBody
{
    // KServe's client reads "error" only when the content type is exactly this, without a charset.
    public const string ContentType = "application/json";

    /// <summary>Sends one JSON value.</summary>
    /// <param name="response">Response that has not started; the caller sets its status.</param>
    /// <param name="state">Argument of <paramref name="write"/>.</param>
    /// <param name="write">Writes exactly one value. If it throws, the response is unchanged.</param>
    /// <param name="contentType">Sent unchanged.</param>
    public static void Send<TState>(HttpResponse response, TState state, Action<Utf8JsonWriter, TState> write, string contentType = ContentType)
    {
        var json = JsonBuffer.Write(state, write);
        var body = ResponseBody.Begin(response, contentType, json.Length);
        body.Write(json);
        body.End();
    }
}
