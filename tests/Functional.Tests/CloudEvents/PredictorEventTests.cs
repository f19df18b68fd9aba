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

    [Fact]
    public async Task Ten_megabytes_of_data_are_accepted()
    {
        var rows = string.Join(',', Enumerable.Repeat("1.5", 2_500_000));

        var answer = await Events.PostStructuredAsync(_server, Predict, $"{{\"instances\":[{rows}]}}");

        Assert.Equal((200, 2_500_000), (answer.Status, answer.Json.GetProperty("data").GetProperty("predictions").GetArrayLength()));
    }

    [Fact]
    public async Task Binary_tensors_after_a_structured_event_are_rejected()
        => Events.AssertStructured(
            await Events.PostStructuredAsync(_server, Infer, V2Body.Insert(1, "\"parameters\":{\"binary_data_output\":true},")), "versioned", V2Answer);

    [Fact]
    public async Task V2_supports_binary_tensors_with_a_binary_event()
    {
        var body = V2Body.Insert(1, "\"parameters\":{\"binary_data_output\":true},");

        var answer = await Events.PostBinaryAsync(_server, Infer, body);

        Assert.Equal((200, "application/octet-stream", "1.0"), (answer.Status, answer.ContentType, answer.Headers.GetValues("ce-specversion").Single()));
    }

    [Theory]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data":"<xml/>"}""", "the request body should be an object, got a string")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data":null}""", "the request body should be an object, got null")]
    public async Task Data_that_is_not_an_object_gets_an_error_that_is_not_an_event(string body, string error)
        => (await _server.PostAsync(Predict, RunningServer.Json(body, Events.Structured))).AssertError(400, "invalid_input", error);

    [Fact]
    public async Task Data_that_is_not_json_is_rejected()
        => (await Events.PostBinaryAsync(_server, Predict, "Obj\u0001avro", ("content-type", "application/avro")))
            .AssertError(400, "invalid_input", "Unrecognized request format: not valid JSON at line 1, byte 1.");

    [Fact]
    public async Task Concurrent_events_and_plain_requests_get_their_own_responses()
        => await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var body = $"{{\"instances\":[{i}]}}";
            var expected = $"{{\"predictions\":[{i + 2}]}}";
            if (i % 3 == 0) Events.AssertPlain(await _server.PostAsync(Predict, body), expected);
            else if (i % 3 == 1) Events.AssertStructured(await Events.PostStructuredAsync(_server, Predict, body), "versioned", expected);
            else Events.AssertBinary(await Events.PostBinaryAsync(_server, Predict, body), "versioned", expected);
        });
}
