using System.Text.Json;
using System.Text.Unicode;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Contracts.V1;

/// <summary>What JSON values and JSON mistakes are called in refusals.</summary>
public static class JsonText
{
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

    /// <summary>A parser's exception without the .NET names its message carries.</summary>
    /// <param name="exception">From <see cref="Utf8JsonReader"/> or <see cref="JsonSerializer"/>.</param>
    /// <returns>400; the field when a field was wrong, line and byte when the text was.</returns>
    public static InvalidInputException Refusal(JsonException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        // A well-formed value of the wrong type has a path into the object; a syntax error comes from the reader itself.
        var wrongType = exception.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) && exception.InnerException is not JsonException;
        return wrongType
            ? new InvalidInputException($"The field '{exception.Path![2..]}' has the wrong type.", exception)
            : new InvalidInputException(
                $"Unrecognized request format: not valid JSON at line {(exception.LineNumber ?? 0) + 1}, byte {(exception.BytePositionInLine ?? 0) + 1}.", exception);
    }
}
