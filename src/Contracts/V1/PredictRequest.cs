using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using InferenceServices.Contracts.Errors;

namespace InferenceServices.Contracts.V1;

/// <summary>A V1 body, as the caller sent it. Valid until the request is answered.</summary>
/// <param name="modelName">The model of the URL.</param>
/// <param name="body">UTF-8 JSON, any value.</param>
/// <param name="requestId">The caller's <c>x-request-id</c>, or the one made for it.</param>
public sealed class PredictRequest(string modelName, ReadOnlyMemory<byte> body, string requestId)
{
    /// <summary>The model of the URL; a service with several names reads it to see which one was requested.</summary>
    public string ModelName { get; } = modelName;

    /// <summary>UTF-8 JSON, any value, not yet looked at.</summary>
    public ReadOnlyMemory<byte> Body { get; } = body;

    /// <summary>Names this request in logs, in events and at upstreams.</summary>
    public string RequestId { get; } = requestId;

    /// <summary>Reads the body as a service's own record.</summary>
    /// <typeparam name="T">The service's request record.</typeparam>
    /// <param name="type">From the service's JSON context.</param>
    /// <returns>Never null. Its elements' strings are text.</returns>
    /// <exception cref="InvalidInputException">Not JSON, not text, not an object, or a field of the wrong type: 400.</exception>
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
            throw JsonText.Refusal(exception);
        }
    }
}
