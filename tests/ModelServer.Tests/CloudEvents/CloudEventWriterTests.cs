using System.Text;
using System.Text.Json;
using InferenceServices.ModelServer.CloudEvents;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Tests.CloudEvents;

public sealed class CloudEventWriterTests
{
    private readonly DefaultHttpContext _http = new();

    [Fact]
    public async Task A_response_to_a_request_without_an_event_is_not_an_event()
    {
        _http.Request.Headers["ce-subject"] = "x";

        var body = await SendAsync(new CloudEventOptions { CeMerge = true }, new CloudEventMessage(ContentMode.None, default, default));

        Assert.Equal("""{"predictions":[1]}""", body);
        Assert.Equal("application/json", _http.Response.ContentType);
        Assert.DoesNotContain(_http.Response.Headers, header => header.Key.StartsWith("ce-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_response_to_a_binary_event_is_a_binary_event()
    {
        var body = await SendAsync(new CloudEventOptions(), new CloudEventMessage(ContentMode.Binary, default, default));

        Assert.Equal("""{"predictions":[1]}""", body);
        var headers = _http.Response.Headers;
        Assert.Equal(
            ("application/json", "1.0", "io.kserve.inference.m%C3%B6dell", "io.kserve.inference.response", "2026-02-03T04:05:06.0000000Z"),
            (headers.ContentType.ToString(), headers["ce-specversion"].ToString(), headers["ce-source"].ToString(), headers["ce-type"].ToString(), headers["ce-time"].ToString()));
        Assert.True(Guid.TryParse(headers["ce-id"], out _));
    }

    [Fact]
    public async Task The_response_to_a_structured_event_is_a_structured_event()
    {
        var body = await SendAsync(
            new CloudEventOptions { CeType = "our.type", CeSource = "/our/source" }, new CloudEventMessage(ContentMode.Structured, default, "{\"subject\":\"x\"}"u8.ToArray()));

        Assert.Equal("application/cloudevents+json", _http.Response.ContentType);
        var answer = JsonElement.Parse(body);
        Assert.Equal(["specversion", "id", "source", "type", "time", "data"], answer.EnumerateObject().Select(field => field.Name));
        Assert.True(Guid.TryParse(answer.GetProperty("id").GetString(), out _));
        Assert.EndsWith(
            "\"source\":\"/our/source\",\"type\":\"our.type\",\"time\":\"2026-02-03T04:05:06.0000000Z\",\"data\":{\"predictions\":[1]}}", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Merging_copies_the_attributes_that_the_response_lacks()
    {
        foreach (var (name, value) in new[]
        {
            ("ce-specversion", "1.0"), ("ce-id", "old"), ("ce-source", "old"), ("ce-type", "old"), ("ce-time", "old"), ("ce-datacontenttype", "old"),
            ("CE-Subject", "new"), ("ce-traceparent", "00-1"), ("ce-text", "caf\u00e9"), ("ce-", "x"), ("cookie", "secret"),
        }) _http.Request.Headers[name] = value;

        await SendAsync(new CloudEventOptions { CeMerge = true }, new CloudEventMessage(ContentMode.Binary, default, default));

        var headers = _http.Response.Headers;
        Assert.Equal(("new", "00-1"), (headers["ce-subject"].ToString(), headers["ce-traceparent"].ToString()));
        Assert.DoesNotContain(headers, header => header.Value == "old" || header.Key is "cookie" or "ce-text" or "ce-" or "ce-datacontenttype");
    }

    [Fact]
    public async Task Merging_copies_the_attributes_of_a_structured_event()
    {
        var request = """{"id":"old","subject":"s","data":{"instances":[1]},"count":5,"specversion":"1.0","type":"old","source":"old"}"""u8.ToArray();

        var body = await SendAsync(new CloudEventOptions { CeMerge = true }, new CloudEventMessage(ContentMode.Structured, default, request));

        Assert.EndsWith("\"subject\":\"s\",\"count\":5,\"data\":{\"predictions\":[1]}}", body, StringComparison.Ordinal);
        Assert.DoesNotContain("old", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_write_sends_no_body()
    {
        var writer = Writer(new CloudEventOptions());
        foreach (var mode in new[] { ContentMode.Binary, ContentMode.Structured })
        {
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.SendAsync(
                _http, "m", new CloudEventMessage(mode, default, "{}"u8.ToArray()), 0, static (_, _) => throw new InvalidOperationException(), Stream.Null, reservation: null));
            Assert.Null(_http.Response.ContentLength);
        }
    }

    private static CloudEventWriter Writer(CloudEventOptions options) => new(Options.Create(options), new StoppedClock());

    private async Task<string> SendAsync(CloudEventOptions options, CloudEventMessage request)
    {
        using var body = new MemoryStream();
        _http.Response.Body = body;
        await Writer(options).SendAsync(_http, "mödell", request, 1, static (writer, value) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("predictions"u8);
            writer.WriteNumberValue(value);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }, Stream.Null, reservation: null);
        await _http.Response.BodyWriter.FlushAsync();
        return Encoding.UTF8.GetString(body.ToArray());
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);
    }
}
