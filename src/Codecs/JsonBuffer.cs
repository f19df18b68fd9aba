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
    public static ReadOnlySpan<byte> Write<TState>(TState state, Action<Utf8JsonWriter, TState> write) => Write(state, write, account: null).Written;

    /// <summary>Writes one JSON value; more bytes may follow in the same buffer.</summary>
    /// <param name="state">Argument of <paramref name="write"/>.</param>
    /// <param name="write">Writes exactly one value.</param>
    /// <param name="account">Counts the memory of a large value.</param>
    /// <returns>UTF-8 JSON, valid until the thread writes the next value; see <see cref="Detach"/>.</returns>
    public static PooledBufferWriter Write<TState>(TState state, Action<Utf8JsonWriter, TState> write, IBufferAccount? account)
    {
        var buffer = _buffer ??= new PooledBufferWriter();
        buffer.Begin(account);
        try
        {
            var writer = _writer ??= new Utf8JsonWriter(buffer, Options);
            writer.Reset(buffer);
            write(writer, state);
            writer.Flush();
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Takes the buffer of the last value from the thread. The caller disposes the buffer.</summary>
    public static void Detach() => _buffer = null;
}
