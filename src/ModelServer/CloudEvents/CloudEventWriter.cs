using System.Globalization;
using System.Text.Json;
using InferenceServices.ModelServer.Bodies;
using InferenceServices.ModelServer.Memory;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.CloudEvents;

/// <summary>Sends responses in the mode of their requests: plain, or in an event.</summary>
/// <param name="options">Type and source of response events.</param>
/// <param name="time">Clock for the attribute <c>time</c>.</param>
/// <remarks>KServe's <c>create_response_cloudevent</c>.</remarks>
internal sealed class CloudEventWriter(IOptions<CloudEventOptions> options, TimeProvider time)
{
    private readonly CloudEventOptions _options = options.Value;

    private string Type => string.IsNullOrEmpty(_options.CeType) ? "io.kserve.inference.response" : _options.CeType;

    /// <summary>Sends one JSON value.</summary>
    /// <param name="http">Context whose response has not started.</param>
    /// <param name="modelName">Name of the model.</param>
    /// <param name="request">The request, with the mode of the response.</param>
    /// <param name="state">Argument of <paramref name="write"/>.</param>
    /// <param name="write">Writes exactly one value. If it throws, no body is sent.</param>
    /// <param name="owner">Disposed when the value is written.</param>
    /// <param name="reservation">The memory of the request.</param>
    public ValueTask SendAsync<TState>(
        HttpContext http,
        string modelName,
        CloudEventMessage request,
        TState state,
        Action<Utf8JsonWriter, TState> write,
        IDisposable owner,
        MemoryReservation? reservation)
    {
        if (request.AnswerMode == ContentMode.Structured)
        {
            return JsonBody.SendAsync(
                http.Response,
                request,
                (writer, message) => WriteStructured(writer, modelName, message, state, write),
                owner,
                reservation,
                CloudEventReader.StructuredContentType);
        }
        SetHeaders(http, modelName, request);
        return JsonBody.SendAsync(http.Response, state, write, owner, reservation);
    }

    /// <summary>Sets event headers of a response with binary data; has no effect for a request that is not a binary-mode event.</summary>
    public void SetHeaders(HttpContext http, string modelName, CloudEventMessage request)
    {
        if (request.AnswerMode != ContentMode.Binary) return;
        var headers = http.Response.Headers;
        if (_options.CeMerge) Merge(http.Request.Headers, headers);
        headers[CloudEventReader.HeaderPrefix + CloudEventAttributes.SpecVersion] = CloudEventAttributes.Version;
        headers[CloudEventReader.HeaderPrefix + CloudEventAttributes.Id] = NewId();
        headers[CloudEventReader.HeaderPrefix + CloudEventAttributes.Source] = SourceOf(modelName);
        headers[CloudEventReader.HeaderPrefix + CloudEventAttributes.Type] = Type;
        headers[CloudEventReader.HeaderPrefix + CloudEventAttributes.Time] = Now();
    }

    private static void Merge(IHeaderDictionary request, IHeaderDictionary response)
    {
        foreach (var (header, values) in request)
        {
            if (!header.StartsWith(CloudEventReader.HeaderPrefix, StringComparison.OrdinalIgnoreCase)) continue;
            var name = header[CloudEventReader.HeaderPrefix.Length..].ToLowerInvariant();
            var value = values.ToString();
            // Characters that are invalid in a response header are not copied; events percent-encode other characters.
            if (name.Length > 0 && CloudEventAttributes.IsMerged(name) && !value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                response[CloudEventReader.HeaderPrefix + name] = value;
        }
    }

    private static string NewId() => Guid.NewGuid().ToString();

    private void WriteStructured<TState>(
        Utf8JsonWriter writer, string modelName, CloudEventMessage request, TState state, Action<Utf8JsonWriter, TState> write)
    {
        writer.WriteStartObject();
        writer.WriteString(CloudEventAttributes.SpecVersion, CloudEventAttributes.Version);
        writer.WriteString(CloudEventAttributes.Id, NewId());
        writer.WriteString(CloudEventAttributes.Source, SourceOf(modelName));
        writer.WriteString(CloudEventAttributes.Type, Type);
        writer.WriteString(CloudEventAttributes.Time, Now());
        if (_options.CeMerge) StructuredEvent.WriteMerged(writer, request.Event.Span);
        writer.WritePropertyName(CloudEventAttributes.Data);
        write(writer, state);
        writer.WriteEndObject();
    }

    // The attribute is a URI reference of RFC 3986; the name of a model may need escaping.
    private string SourceOf(string modelName)
        => string.IsNullOrEmpty(_options.CeSource) ? "io.kserve.inference." + Uri.EscapeDataString(modelName) : _options.CeSource;

    private string Now() => time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
