using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Contracts.V1;

/// <summary>A V1 body. Valid until the response is sent.</summary>
/// <param name="modelName">Name of the model in the URL.</param>
/// <param name="body">UTF-8 JSON, any value.</param>
/// <param name="requestId">The client's <c>x-request-id</c>, or a generated id.</param>
public sealed class PredictRequest(string modelName, ReadOnlyMemory<byte> body, string requestId)
{
    /// <summary>Gets the name of the model in the URL, for services with several names.</summary>
    public string ModelName { get; } = modelName;

    /// <summary>Gets the version in the URL; null for the default version, and for a service.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>Gets the body: UTF-8 JSON without a byte order mark, any value, not yet parsed.</summary>
    public ReadOnlyMemory<byte> Body { get; } = JsonText.SkipByteOrderMark(body);

    /// <summary>Gets the id of the request for logs, events and upstream calls.</summary>
    public string RequestId { get; } = requestId;

    /// <summary>Deserializes the body.</summary>
    /// <typeparam name="T">Request record of the service.</typeparam>
    /// <param name="type">Type information of the service's JSON context.</param>
    /// <returns>The record; never null. All strings are valid text.</returns>
    /// <exception cref="InvalidInputException">The body is not JSON, not UTF-8 or not an object, or a field has the wrong type: 400.</exception>
    public T Read<T>(JsonTypeInfo<T> type)
        where T : class
    {
        JsonText.RequireUtf8(Body.Span);
        JsonText.RequireText(Body.Span);
        try
        {
            var reader = new Utf8JsonReader(Body.Span, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new InvalidInputException($"The request body should be a JSON object, got {JsonText.Name(reader.TokenType)}.");
            var value = JsonSerializer.Deserialize(ref reader, type)!;
            return reader.Read() ? throw new InvalidInputException("The request body has more than one JSON value.") : value;
        }
        catch (JsonException exception)
        {
            JsonText.RequireDepth(Body.Span);
            throw JsonText.SyntaxError(exception);
        }
    }
}
