using InferenceServices.Contracts.Errors;
using Microsoft.AspNetCore.Http;

namespace InferenceServices.ModelServer.CloudEvents;

/// <summary>Extracts request bodies from events. For other requests, this costs a header lookup and a comparison.</summary>
/// <remarks>CloudEvents HTTP protocol binding; a request is an event by the rules of KServe's <c>dataplane.py</c>.</remarks>
internal static class CloudEventReader
{
    public const string HeaderPrefix = "ce-";
    public const string StructuredContentType = "application/cloudevents+json";

    private const string SpecVersionHeader = HeaderPrefix + CloudEventAttributes.SpecVersion;

    private static readonly (string Name, string Header)[] RequiredHeaders = [.. CloudEventAttributes.Required.Select(name => (name, HeaderPrefix + name))];

    /// <summary>Reads a binary-mode event.</summary>
    /// <param name="request">The request. Its headers take precedence over its content type.</param>
    /// <param name="body">Body of the request.</param>
    /// <returns>The data of the event, or the body of a request without an event.</returns>
    /// <exception cref="InvalidInputException">The event is invalid: 400. The message names the attribute.</exception>
    public static CloudEventMessage Read(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        if (request.Headers.ContainsKey(SpecVersionHeader))
        {
            CheckHeaders(request.Headers);
            return new CloudEventMessage(ContentMode.Binary, body, default);
        }
        return IsStructured(request.ContentType)
            ? new CloudEventMessage(ContentMode.Structured, StructuredEvent.ReadData(body), body)
            : new CloudEventMessage(ContentMode.None, body, default);
    }

    /// <summary>Reads an event in binary mode, or one in structured mode without its content type: its response is a plain one.</summary>
    /// <inheritdoc cref="Read"/>
    public static CloudEventMessage ReadAnyContentType(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var message = Read(request, body);
        // Most bodies do not contain this text, and a vectorized search is much faster than a parser. A key that is spelled
        // with escapes is not found: such clients can send the content type of events.
        if (message.AnswerMode == ContentMode.None && body.Span.IndexOf("\"specversion\""u8) >= 0 && StructuredEvent.IsComplete(body.Span))
            return message with { Data = StructuredEvent.ReadData(body) };
        return message;
    }

    // Parameters are ignored: examples of the specification have a charset.
    private static bool IsStructured(string? contentType)
        => contentType is not null
            && contentType.StartsWith(StructuredContentType, StringComparison.OrdinalIgnoreCase)
            && (contentType.Length == StructuredContentType.Length || contentType[StructuredContentType.Length] is ';' or ' ');

    private static void CheckHeaders(IHeaderDictionary headers)
    {
        foreach (var (name, header) in RequiredHeaders)
        {
            var values = headers[header];
            if (values.Count == 0) throw new InvalidInputException($"the event lacks the header {header}");
            if (values.Count > 1) throw new InvalidInputException($"the event has the header {header} twice");
            CloudEventAttributes.Check(name, values.ToString(), header);
        }
        if (headers.TryGetValue(HeaderPrefix + CloudEventAttributes.Time, out var time))
            CloudEventAttributes.Check(CloudEventAttributes.Time, time.ToString(), HeaderPrefix + CloudEventAttributes.Time);
    }
}
