using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.Codecs;

/// <summary>Writes a JSON body in one piece before any of it is sent, so that a failure can still change the status.</summary>
internal static class JsonBody
{
    // KServe's client reads "error" only when the content type is exactly this, without a charset.
    public const string ContentType = "application/json";

    // Non-ASCII text goes out as it is, like KServe's; this is JSON for programs, not for HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static PooledBufferWriter? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>Sends one JSON value.</summary>
    /// <param name="response">Not yet started; its status is set by the caller.</param>
    /// <param name="state">What <paramref name="write"/> writes.</param>
    /// <param name="write">Writes exactly one value. Whatever it throws leaves the response untouched.</param>
    /// <param name="contentType">Sent as it is.</param>
    public static void Send<TState>(HttpResponse response, TState state, Action<Utf8JsonWriter, TState> write, string contentType = ContentType)
    {
        var json = Write(state, write);
        var body = ResponseBody.Begin(response, contentType, json.Length);
        body.Write(json);
        body.End();
    }

    /// <summary>One JSON value as bytes, valid until the thread writes the next.</summary>
    public static ReadOnlySpan<byte> Write<TState>(TState state, Action<Utf8JsonWriter, TState> write)
    {
        var buffer = _buffer ??= new PooledBufferWriter();
        buffer.Begin();
        var writer = _writer ??= new Utf8JsonWriter(buffer, Options);
        writer.Reset(buffer);
        write(writer, state);
        writer.Flush();
        return buffer.Written;
    }
}
