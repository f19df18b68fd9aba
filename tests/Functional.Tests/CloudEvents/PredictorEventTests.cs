using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.CloudEvents;

[Collection(nameof(PredictorFixture))]
public sealed class PredictorEventTests(PredictorFixture predictor)
{
    private const string Predict = "/v1/models/versioned:predict";
    private const string Infer = "/v2/models/versioned/infer";
    private const string V2Body = """{"id":"7","inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""";
    private const string V2Answer = """{"model_name":"versioned","model_version":"2","id":"7","outputs":[{"name":"y","shape":[1],"datatype":"FP32","data":[3]}]}""";

    private readonly RunningServer _server = predictor.Server;

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/cloudevents+json")]
    [InlineData("application/avro")]
    public async Task An_event_in_headers_is_answered_in_headers_whatever_its_content_type(string? contentType)
        => Events.AssertBinary(
            await Events.PostBinaryAsync(_server, Predict, """{"instances":[1,2]}""", contentType is null ? [] : [("content-type", contentType)]),
            "versioned",
            """{"predictions":[3,4]}""");

    [Theory]
    [InlineData("application/cloudevents+json")]
    [InlineData("application/cloudevents+json; charset=utf-8")]
    public async Task A_whole_event_is_answered_with_a_whole_event(string contentType)
        => Events.AssertStructured(
            await Events.PostStructuredAsync(_server, Predict, """ { "instances" : [1, 2] } """, contentType), "versioned", """{"predictions":[3,4]}""");

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_whole_event_under_another_content_type_is_answered_plainly(string? contentType)
        => Events.AssertPlain(await Events.PostStructuredAsync(_server, Predict, """{"instances":[1,2]}""", contentType), """{"predictions":[3,4]}""");

    [Fact]
    public async Task Data_in_base64_is_the_same_data()
    {
        var body = $"{{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data_base64\":\"{Convert.ToBase64String("""{"instances":[1]}"""u8)}\"}}";

        Events.AssertStructured(await _server.PostAsync(Predict, RunningServer.Json(body, Events.Structured)), "versioned", """{"predictions":[3]}""");
    }

    [Fact]
    public async Task Ten_megabytes_of_data_are_answered()
    {
        var rows = string.Join(',', Enumerable.Repeat("1.5", 2_500_000));

        var answer = await Events.PostStructuredAsync(_server, Predict, $"{{\"instances\":[{rows}]}}");

        Assert.Equal((200, 2_500_000), (answer.Status, answer.Json.GetProperty("data").GetProperty("predictions").GetArrayLength()));
    }

    [Fact]
    public async Task V2_takes_and_makes_events_too()
    {
        Events.AssertBinary(await Events.PostBinaryAsync(_server, Infer, V2Body), "versioned", V2Answer);
        Events.AssertStructured(await Events.PostStructuredAsync(_server, Infer, V2Body), "versioned", V2Answer);
        Events.AssertStructured(
            await Events.PostStructuredAsync(_server, Infer, V2Body.Insert(1, "\"parameters\":{\"binary_data_output\":true},")), "versioned", V2Answer);
    }

    [Fact]
    public async Task V2_tells_events_by_header_or_content_type_alone()
        => (await Events.PostStructuredAsync(_server, Infer, V2Body, "application/json")).AssertRefused(400, "invalid_input");

    [Fact]
    public async Task V2_keeps_bytes_behind_the_json_of_an_event_in_headers()
    {
        var body = V2Body.Insert(1, "\"parameters\":{\"binary_data_output\":true},");

        var answer = await Events.PostBinaryAsync(_server, Infer, body);

        Assert.Equal((200, "application/octet-stream", "1.0"), (answer.Status, answer.ContentType, answer.Headers.GetValues("ce-specversion").Single()));
    }

    [Theory]
    [InlineData("ce-id", null, "the event lacks the header ce-id")]
    [InlineData("ce-type", null, "the event lacks the header ce-type")]
    [InlineData("ce-source", null, "the event lacks the header ce-source")]
    [InlineData("ce-specversion", "2.0", "the event's ce-specversion should be 1.0, got '2.0'")]
    [InlineData("ce-time", "noon", "the event's ce-time should be a time of RFC 3339, got 'noon'")]
    [InlineData("ce-time", "caf\u00e9", "the event's ce-time should be a time of RFC 3339, got 'caf\u00e9'")]
    public async Task A_broken_header_is_refused_by_its_name_and_without_an_event(string header, string? value, string error)
    {
        foreach (var path in new[] { Predict, Infer })
        {
            var answer = await Events.PostBinaryAsync(_server, path, "{}", (header, value));

            answer.AssertRefused(400, "invalid_input", error);
            Assert.DoesNotContain(answer.Headers, sent => sent.Key.StartsWith("ce-", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData("{}", "the event lacks 'specversion'")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data":"<xml/>"}""", "the request body should be an object, got a string")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data":null}""", "the request body should be an object, got null")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"AAECAw=="}""", "Unrecognized request format: not valid JSON at line 1, byte 1.")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"/w=="}""", "Unrecognized request format: the body is not valid UTF-8.")]
    public async Task A_broken_whole_event_is_refused_with_a_plain_error(string body, string error)
        => (await _server.PostAsync(Predict, RunningServer.Json(body, Events.Structured))).AssertRefused(400, "invalid_input", error);

    [Fact]
    public async Task Data_that_is_not_json_is_refused()
        => (await Events.PostBinaryAsync(_server, Predict, "Obj\u0001avro", ("content-type", "application/avro")))
            .AssertRefused(400, "invalid_input", "Unrecognized request format: not valid JSON at line 1, byte 1.");

    [Fact]
    public async Task An_unknown_model_is_not_found_however_broken_the_event()
    {
        (await Events.PostBinaryAsync(_server, "/v1/models/other:predict", "x", ("ce-id", null))).AssertRefused(404, "model_not_found");
        (await Events.PostStructuredAsync(_server, "/v1/models/other:explain", "x")).AssertRefused(404, "model_not_found");
    }

    [Fact]
    public async Task Explain_reads_events_before_it_says_that_it_cannot_explain()
    {
        (await Events.PostStructuredAsync(_server, "/v1/models/versioned:explain", "{}")).AssertRefused(501, "not_implemented");
        (await Events.PostBinaryAsync(_server, "/v1/models/versioned:explain", "{}", ("ce-id", null))).AssertRefused(400, "invalid_input");
    }

    [Fact]
    public async Task Events_and_plain_requests_at_the_same_time_do_not_mix()
        => await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var body = $"{{\"instances\":[{i}]}}";
            var expected = $"{{\"predictions\":[{i + 2}]}}";
            if (i % 3 == 0) Events.AssertPlain(await _server.PostAsync(Predict, body), expected);
            else if (i % 3 == 1) Events.AssertStructured(await Events.PostStructuredAsync(_server, Predict, body), "versioned", expected);
            else Events.AssertBinary(await Events.PostBinaryAsync(_server, Predict, body), "versioned", expected);
        });
}
