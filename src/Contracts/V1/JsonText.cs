using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Contracts.V1;

/// <summary>What JSON values and JSON mistakes are called in refusals.</summary>
public static class JsonText
{
    /// <summary>Most arrays and objects within each other: deeper than any tensor, far below what would endanger the stack.</summary>
    public const int MaxDepth = 100;

    /// <summary>The JSON word for a token.</summary>
    /// <param name="token">Where a value begins.</param>
    /// <returns>For example <c>an array</c>.</returns>
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

    /// <summary>Passes text in UTF-8, refuses any other.</summary>
    /// <param name="body">A whole body.</param>
    /// <exception cref="InvalidInputException">400.</exception>
    public static void RequireUtf8(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body)) throw new InvalidInputException("Unrecognized request format: the body is not valid UTF-8.");
    }

    /// <summary>Passes text that nests its arrays and objects at most <see cref="MaxDepth"/> deep, and text that is not JSON.</summary>
    /// <param name="body">A whole body.</param>
    /// <exception cref="InvalidInputException">400.</exception>
    /// <remarks>Readers stop at that depth too, but do not say why. The sentence is Triton's.</remarks>
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

    /// <summary>Passes strings that are text, and text that is not JSON; refuses an escape that is half a character, anywhere in it.</summary>
    /// <param name="body">A whole body.</param>
    /// <exception cref="InvalidInputException">400.</exception>
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

    /// <summary>A parser's exception without the .NET names its message carries.</summary>
    /// <param name="exception">From <see cref="Utf8JsonReader"/> or <see cref="JsonSerializer"/>.</param>
    /// <returns>400; the field when a field was wrong, line and byte when the text was.</returns>
    public static InvalidInputException Refusal(JsonException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        // A well-formed body that does not fit the record has a path into it; a syntax error comes from the reader itself.
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
