using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.CloudEvents;

/// <summary>Services get requests in events as any other request.</summary>
[Collection(LangIdShared.Name)]
public sealed class ServiceEventTests(LangIdServers servers)
{
    private const string Predict = "/v1/models/langid:predict";
    private const string Body = """{"text":"Some random text with the word \"specversion\" in it"}""";

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task A_text_with_the_names_of_event_attributes_is_not_an_event()
        => Events.AssertPlain(await servers.Split.PostAsync(Predict, Body), (await servers.Collocated.PostAsync(Predict, Body)).AssertOk().Body);

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task The_explanation_of_an_event_is_an_event()
    {
        var plain = (await servers.Explainer.PostAsync("/v1/models/langid:explain", Body)).AssertOk().Body;

        var answer = await Events.PostStructuredAsync(servers.Explainer, "/v1/models/langid:explain", Body);

        Assert.Equal((200, Events.Structured), (answer.Status, answer.ContentType));
        Assert.Equal(plain, answer.Json.GetProperty("data").GetRawText());
        (await Events.PostStructuredAsync(servers.Explainer, "/v1/models/langid:explain", "x")).AssertError(400, "invalid_input");
    }
}
