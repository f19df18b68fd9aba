using InferenceServices.Contracts.Errors;
using InferenceServices.ModelServer.CloudEvents;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace InferenceServices.ModelServer.Tests.CloudEvents;

public sealed class CloudEventReaderTests
{
    private const string Event = """{"specversion":"1.0","id":"1","source":"s","type":"t","time":"2021-01-28T21:04:43Z","data":[1]}""";

    [Theory]
    [InlineData("""{"instances":[1]}""", null)]
    [InlineData("""{"instances":[1],"id":"1","source":"s","type":"t","time":"now","data":1}""", null)]
    [InlineData("""{"instances":["specversion"]}""", "application/json")]
    [InlineData(Event, "application/cloudevents")]
    [InlineData(Event, "application/cloudevents+jsonx")]
    [InlineData("not json \"specversion\"", "text/plain")]
    [InlineData("", "")]
    public void A_body_that_is_not_an_event_is_returned_unchanged(string body, string? contentType)
    {
        var bytes = Json.Utf8(body);

        var message = CloudEventReader.Read(Request(contentType), bytes);

        Assert.Equal(ContentMode.None, message.AnswerMode);
        Assert.True(message.Data.Equals(bytes.AsMemory()));
    }

    [Theory]
    [InlineData("application/cloudevents+json", "[1]", "Structured")]
    [InlineData("application/cloudevents+json; charset=utf-8", "[1]", "Structured")]
    [InlineData("Application/CloudEvents+JSON;charset=UTF-8", "[1]", "Structured")]
    [InlineData("application/json", "[1]", "None")]
    [InlineData("application/json", Event, "None", false)]
    [InlineData(null, "[1]", "None")]
    [InlineData("application/cloudevents-batch+json", "[1]", "None")]
    public void The_content_type_of_events_selects_an_event_response(string? contentType, string data, string mode, bool anyContentType = true)
    {
        var message = anyContentType
            ? CloudEventReader.ReadAnyContentType(Request(contentType), Json.Utf8(Event))
            : CloudEventReader.Read(Request(contentType), Json.Utf8(Event));

        Assert.Equal(mode, message.AnswerMode.ToString());
        Assert.Equal(Json.Utf8(data), message.Data.ToArray());
    }

    [Fact]
    public void Escaped_keys_are_an_event_only_with_the_content_type_of_events()
    {
        var body = Json.Utf8(Event.Replace("\"specversion\"", "\"\\u0073pecversion\"", StringComparison.Ordinal));

        Assert.Equal(body, CloudEventReader.ReadAnyContentType(Request("application/json"), body).Data.ToArray());
        Assert.Equal("[1]"u8.ToArray(), CloudEventReader.ReadAnyContentType(Request("application/cloudevents+json"), body).Data.ToArray());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/cloudevents+json")]
    [InlineData(null)]
    public void Headers_take_precedence_over_the_content_type(string? contentType)
    {
        var request = Binary(contentType);
        var body = Json.Utf8(Event);

        var message = CloudEventReader.ReadAnyContentType(request, body);

        Assert.Equal((ContentMode.Binary, Event.Length), (message.AnswerMode, message.Data.Length));
    }

    [Theory]
    [InlineData("ce-id", null, "the event lacks the header ce-id")]
    [InlineData("ce-type", null, "the event lacks the header ce-type")]
    [InlineData("ce-source", null, "the event lacks the header ce-source")]
    [InlineData("ce-id", "", "the event's ce-id should not be empty")]
    [InlineData("ce-source", " ", "the event's ce-source should not be empty")]
    [InlineData("ce-specversion", "0.3", "the event's ce-specversion should be 1.0, got '0.3'")]
    [InlineData("ce-specversion", "", "the event's ce-specversion should be 1.0, got ''")]
    [InlineData("ce-time", "soon", "the event's ce-time should be a time of RFC 3339, got 'soon'")]
    public void The_error_for_an_invalid_header_names_it(string header, string? value, string message)
    {
        var request = Binary();
        if (value is null) request.Headers.Remove(header);
        else request.Headers[header] = value;

        Assert.Equal(message, Assert.Throws<InvalidInputException>(() => CloudEventReader.Read(request, "[1]"u8.ToArray())).Message);
    }

    [Theory]
    [InlineData("ce-id")]
    [InlineData("ce-specversion")]
    public void A_duplicate_header_is_rejected(string header)
    {
        var request = Binary();
        request.Headers[header] = new StringValues(["1.0", "1.0"]);

        Assert.Equal($"the event has the header {header} twice", Assert.Throws<InvalidInputException>(() => CloudEventReader.Read(request, default)).Message);
    }

    [Theory]
    [InlineData("2018-04-05T17:31:00Z")]
    [InlineData("2021-01-28T21:04:43.144141+00:00")]
    [InlineData("2021-01-28T21:04:43.123456789-07:30")]
    public void Times_of_every_precision_are_accepted(string time)
    {
        var request = Binary();
        request.Headers["ce-time"] = time;

        Assert.Equal(ContentMode.Binary, CloudEventReader.Read(request, default).AnswerMode);
    }

    private static HttpRequest Binary(string? contentType = null)
    {
        var request = Request(contentType);
        foreach (var (name, value) in new[] { ("specversion", "1.0"), ("id", "1"), ("source", "s"), ("type", "t") }) request.Headers[$"ce-{name}"] = value;
        return request;
    }

    private static HttpRequest Request(string? contentType) => new DefaultHttpContext { Request = { ContentType = contentType } }.Request;
}
