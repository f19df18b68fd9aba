using System.Buffers;
using System.Text.Json;
using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.V1;

namespace InferenceServices.Codecs;

/// <summary>Reads the tokens <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, which are not JSON but which some writers produce.</summary>
internal static class NonFiniteTokens
{
    /// <summary>Parses one of the three names.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out double value)
    {
        value = text.SequenceEqual("NaN"u8) ? double.NaN
            : text.SequenceEqual("Infinity"u8) ? double.PositiveInfinity
            : text.SequenceEqual("-Infinity"u8) ? double.NegativeInfinity
            : 0;
        return !double.IsFinite(value);
    }

    /// <summary>
    /// Replaces the tokens with strings, which the JSON reader accepts. JSON's own literals contain neither N nor I, so outside of strings
    /// only these tokens do; a body without them is returned unchanged.
    /// </summary>
    public static ReadOnlySpan<byte> Quote(ReadOnlySpan<byte> body)
    {
        if (!TryFind(body, out var start, out var length)) return body;
        var quoted = new ArrayBufferWriter<byte>(body.Length + 64);
        do
        {
            quoted.Write(body[..start]);
            quoted.Write("\""u8);
            quoted.Write(body.Slice(start, length));
            quoted.Write("\""u8);
            body = body[(start + length)..];
        }
        while (TryFind(body, out start, out length));
        quoted.Write(body);
        return quoted.WrittenSpan;
    }

    /// <summary>Creates the error for invalid JSON; it names the token if a token is the cause.</summary>
    public static InvalidInputException SyntaxError(ReadOnlySpan<byte> body, JsonException exception)
    {
        exception = Locate(body) ?? exception;
        for (var line = 0L; line < exception.LineNumber; line++) body = body[(body.IndexOf((byte)'\n') + 1)..];
        var stopped = (int)Math.Min(exception.BytePositionInLine ?? 0, body.Length);
        // The reader stops at the token or, after a minus, at its second byte.
        return TryFind(body[stopped..], out var start, out _) && start == 0
            ? new InvalidInputException(
                $"NaN and Infinity are not JSON; start the server with --json_nonfinite=literal to send them (line {exception.LineNumber + 1}, byte {stopped + 1}).", exception)
            : JsonText.SyntaxError(exception);
    }

    // The position in an exception does not include numbers that were read without the reader.
    private static JsonException? Locate(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, JsonFields.Options);
            while (reader.Read()) { }
            return null;
        }
        catch (JsonException exception)
        {
            return exception;
        }
    }

    private static bool TryFind(ReadOnlySpan<byte> body, out int start, out int length)
    {
        for (start = 0; start < body.Length; start++)
        {
            var step = body[start..].IndexOfAny((byte)'"', (byte)'N', (byte)'I');
            if (step < 0) break;
            start += step;
            if (body[start] == '"')
            {
                start = EndOfString(body, start + 1);
                continue;
            }
            length = body[start..].StartsWith("NaN"u8) ? 3 : body[start..].StartsWith("Infinity"u8) ? 8 : 0;
            if (length == 0) continue;
            if (length == 8 && start > 0 && body[start - 1] == '-')
            {
                start--;
                length++;
            }
            return true;
        }
        length = 0;
        return false;
    }

    private static int EndOfString(ReadOnlySpan<byte> body, int position)
    {
        while (position < body.Length)
        {
            var step = body[position..].IndexOfAny((byte)'"', (byte)'\\');
            if (step < 0) return body.Length;
            position += step;
            if (body[position] == '"') return position;
            position += 2;
        }
        return body.Length;
    }
}
