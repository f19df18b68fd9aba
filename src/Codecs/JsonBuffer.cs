using System.Text.Encodings.Web;
using System.Text.Json;

namespace InferenceServices.Codecs;

/// <summary>Writes JSON into a buffer that each thread reuses.</summary>
internal static class JsonBuffer
{
    // Non-ASCII text is not escaped, as in KServe: this JSON is for programs, not for HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static PooledBufferWriter? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>Writes one JSON value.</summary>
    /// <param name="state">Argument of <paramref name="write"/>.</param>
    /// <param name="write">Writes exactly one value.</param>
    /// <returns>UTF-8 JSON, valid until the thread writes the next value.</returns>
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
