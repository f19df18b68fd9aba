using System.Globalization;
using System.Text.Json;
using InferenceServices.ModelServer.Bodies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.CloudEvents;

/// <summary>Sends answers the way their requests came: plainly, or in an event of the same mode.</summary>
/// <param name="options">Type and source of the answers.</param>
/// <param name="time">Says when an answer was given.</param>
/// <remarks>KServe's <c>create_response_cloudevent</c>.</remarks>
internal sealed class CloudEventWriter(IOptions<CloudEventOptions> options, TimeProvider time)
{
    private readonly CloudEventOptions _options = options.Value;

    private string Type => string.IsNullOrEmpty(_options.CeType) ? "io.kserve.inference.response" : _options.CeType;

    /// <summary>Sends one JSON value.</summary>
    /// <param name="http">Whose answer it is; not yet started.</param>
    /// <param name="modelName">The model that answers.</param>
    /// <param name="request">How the answer goes back.</param>
    /// <param name="state">What <paramref name="write"/> writes.</param>
    /// <param name="write">Writes exactly one value. Whatever it throws leaves the body unsent.</param>
    public void Send<TState>(HttpContext http, string modelName, CloudEventMessage request, TState state, Action<Utf8JsonWriter, TState> write)
    {
        if (request.AnswerMode == ContentMode.Structured)
        {
            JsonBody.Send(
                http.Response, request, (writer, message) => WriteStructured(writer, modelName, message, state, write), CloudEventReader.StructuredContentType);
            return;
        }
        SetHeaders(http, modelName, request);
        JsonBody.Send(http.Response, state, write);
    }

    /// <summary>Makes an event of an answer whose body is not JSON alone; does nothing for a request that is not a binary-mode event.</summary>
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
            // What cannot stand in a response header is not copied; events have other characters percent-encoded.
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

    // A reference of RFC 3986, which a model's name need not be.
    private string SourceOf(string modelName)
        => string.IsNullOrEmpty(_options.CeSource) ? "io.kserve.inference." + Uri.EscapeDataString(modelName) : _options.CeSource;

    private string Now() => time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
