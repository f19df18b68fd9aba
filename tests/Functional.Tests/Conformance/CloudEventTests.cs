using InferenceServices.Functional.Tests.CloudEvents;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>Requests in CloudEvents.</summary>
[Collection(nameof(Executables))]
public sealed class CloudEventTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable(null)]
    [EachExecutable("application/json")]
    [EachExecutable("application/json; charset=utf-8")]
    [EachExecutable("application/cloudevents+json")]
    [EachExecutable("application/avro")]
    public async Task The_response_to_a_binary_event_is_a_binary_event_for_every_content_type(Executable executable, string? contentType)
    {
        var subject = executables.Of(executable);
        (string, string?)[] headers = contentType is null ? [] : [("content-type", contentType)];

        foreach (var (path, body, answer) in await OperationsAsync(executable))
            Events.AssertBinary(await Events.PostBinaryAsync(subject.Server, path, body, headers), subject.Model, answer);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("application/cloudevents+json")]
    [EachExecutable("application/cloudevents+json; charset=utf-8")]
    public async Task The_response_to_a_structured_event_is_a_structured_event(Executable executable, string contentType)
    {
        var subject = executables.Of(executable);
        foreach (var (path, body, answer) in await OperationsAsync(executable))
        {
            Events.AssertStructured(await Events.PostStructuredAsync(subject.Server, path, body, contentType), subject.Model, answer);
            var inBase64 = $$"""{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(body))}}"}""";
            Events.AssertStructured(await subject.Server.PostAsync(path, RunningServer.Json(inBase64, contentType)), subject.Model, answer);
        }
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable(null)]
    [EachExecutable("application/json")]
    [EachExecutable("text/plain")]
    public async Task A_structured_event_with_another_content_type_gets_a_plain_response_on_V1_and_an_error_on_V2(Executable executable, string? contentType)
    {
        var subject = executables.Of(executable);
        var plain = (await subject.Server.PostAsync(subject.Predict, subject.V1)).AssertOk().Body;

        Events.AssertPlain(await Events.PostStructuredAsync(subject.Server, subject.Predict, subject.V1, contentType), plain);
        (await Events.PostStructuredAsync(subject.Server, subject.Infer, subject.V2().ToJsonString(), contentType)).AssertError(400, "invalid_input");
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("ce-id", null, "the event lacks the header ce-id")]
    [EachExecutable("ce-type", null, "the event lacks the header ce-type")]
    [EachExecutable("ce-source", null, "the event lacks the header ce-source")]
    [EachExecutable("ce-specversion", "2.0", "the event's ce-specversion should be 1.0, got '2.0'")]
    [EachExecutable("ce-time", "noon", "the event's ce-time should be a time of RFC 3339, got 'noon'")]
    [EachExecutable("ce-time", "caf\u00e9", "the event's ce-time should be a time of RFC 3339, got 'caf\u00e9'")]
    public async Task The_error_for_an_invalid_header_names_it_and_is_not_an_event(Executable executable, string header, string? value, string error)
    {
        var subject = executables.Of(executable);
        foreach (var path in new[] { subject.Predict, subject.Explain, subject.Infer })
        {
            var answer = await Events.PostBinaryAsync(subject.Server, path, "{}", (header, value));

            answer.AssertError(400, "invalid_input", error);
            Assert.DoesNotContain(answer.Headers, sent => sent.Key.StartsWith("ce-", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("{}", "the event lacks 'specversion'")]
    [EachExecutable("""{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"AAECAw=="}""", "Unrecognized request format: not valid JSON at line 1, byte 1.")]
    [EachExecutable("""{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"/w=="}""", "Unrecognized request format: the body is not valid UTF-8.")]
    public async Task The_error_for_an_invalid_structured_event_is_not_an_event(Executable executable, string body, string error)
    {
        var subject = executables.Of(executable);

        (await subject.Server.PostAsync(subject.Predict, RunningServer.Json(body, Events.Structured))).AssertError(400, "invalid_input", error);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task An_invalid_request_in_an_event_gets_the_same_error_as_without_an_event(Executable executable)
    {
        var subject = executables.Of(executable);
        var error = (await subject.Server.PostAsync(subject.Predict, "{}")).AssertError(400, "invalid_input");

        (await Events.PostStructuredAsync(subject.Server, subject.Predict, "{}")).AssertError(400, "invalid_input", error);
        (await Events.PostBinaryAsync(subject.Server, subject.Predict, "{}")).AssertError(400, "invalid_input", error);
        (await Events.PostBinaryAsync(subject.Server, "/v1/models/other:predict", "x", ("ce-id", null))).AssertError(404, "model_not_found");
        (await Events.PostStructuredAsync(subject.Server, "/v1/models/other:explain", "x")).AssertError(404, "model_not_found");
        if (executable != Executable.Explainer) (await Events.PostStructuredAsync(subject.Server, subject.Explain, subject.V1)).AssertError(501, "not_implemented");
    }

    private async Task<(string Path, string Body, string Answer)[]> OperationsAsync(Executable executable)
    {
        var subject = executables.Of(executable);
        var request = subject.V2();
        request["id"] = "7";
        return
        [
            (subject.Predict, subject.V1, (await subject.Server.PostAsync(subject.Predict, subject.V1)).AssertOk().Body),
            (subject.Infer, request.ToJsonString(), (await subject.InferAsync(request)).AssertOk().Body),
        ];
    }
}
