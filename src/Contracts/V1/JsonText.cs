using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Contracts.V1;

/// <summary>Validates JSON text and creates its errors.</summary>
internal static class JsonText
{
    /// <summary>Maximum nesting of arrays and objects: deeper than any tensor, and safe for the stack.</summary>
    public const int MaxDepth = 100;

    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    /// <summary>Returns the name of a JSON token, for error messages.</summary>
    /// <param name="token">First token of a value.</param>
    /// <returns>Name with its article, such as <c>an array</c>.</returns>
    public static string Name(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        _ => "nothing",
    };

    /// <summary>Returns a body without the byte order mark of UTF-8 that some writers put before JSON.</summary>
    /// <param name="body">The complete body.</param>
    /// <returns>The body, or the rest of it.</returns>
    public static ReadOnlySpan<byte> SkipByteOrderMark(ReadOnlySpan<byte> body) => body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;

    /// <inheritdoc cref="SkipByteOrderMark(ReadOnlySpan{byte})"/>
    public static ReadOnlyMemory<byte> SkipByteOrderMark(ReadOnlyMemory<byte> body) => body.Span.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;

    /// <summary>Throws if a body is not valid UTF-8.</summary>
    /// <param name="body">The complete body.</param>
    /// <exception cref="InvalidInputException">The body is not UTF-8: 400.</exception>
    public static void RequireUtf8(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body)) throw new InvalidInputException("Unrecognized request format: the body is not valid UTF-8.");
    }

    /// <summary>Throws if a body nests arrays and objects deeper than <see cref="MaxDepth"/>. Ignores other errors.</summary>
    /// <param name="body">The complete body.</param>
    /// <exception cref="InvalidInputException">The nesting is too deep: 400.</exception>
    /// <remarks>JSON readers have the same limit, but without a clear message. The message is Triton's.</remarks>
    public static void RequireDepth(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth >= MaxDepth && reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                    throw new InvalidInputException($"JSON nesting depth exceeds maximum allowed limit ({MaxDepth})");
            }
        }
        catch (JsonException)
        {
            // The reader of the content reports what is wrong.
        }
    }

    /// <summary>Throws if a string of a body has an escape of an unpaired surrogate. Ignores other errors.</summary>
    /// <param name="body">The complete body.</param>
    /// <exception cref="InvalidInputException">A string is not valid text: 400.</exception>
    /// <remarks>JSON allows the escape. Reading such a string later, for example as a <see cref="JsonElement"/>, would throw.</remarks>
    public static void RequireText(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\\ud"u8) < 0 && body.IndexOf("\\uD"u8) < 0) return;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        var field = ReadOnlySpan<byte>.Empty;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName) field = reader.ValueSpan;
                if (reader.ValueIsEscaped) _ = reader.GetString();
            }
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidInputException($"The field '{Encoding.UTF8.GetString(field)}' should be text, got an escape that is half a character.", exception);
        }
        catch (JsonException)
        {
            // The reader of the content reports what is wrong.
        }
    }

    /// <summary>Creates the error for invalid JSON, without .NET names of the parser's message.</summary>
    /// <param name="exception">Exception of <see cref="Utf8JsonReader"/> or <see cref="JsonSerializer"/>.</param>
    /// <returns>An error 400 with the name of the invalid field, or line and byte of the syntax error.</returns>
    public static InvalidInputException SyntaxError(JsonException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        // The serializer's error has a path if the JSON is well-formed; a syntax error comes from the reader.
        if (exception.Path is { } path && exception.InnerException is not JsonException)
        {
            return path == "$"
                ? new InvalidInputException("The request body lacks a field it must have.", exception)
                : new InvalidInputException($"The field '{path[1..].TrimStart('.')}' has the wrong type.", exception);
        }
        return new InvalidInputException(
            $"Unrecognized request format: not valid JSON at line {(exception.LineNumber ?? 0) + 1}, byte {(exception.BytePositionInLine ?? 0) + 1}.", exception);
    }
}
