using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.CloudEvents;

/// <summary>A service never learns that its request came in an event.</summary>
[Collection(LangIdShared.Name)]
public sealed class ServiceEventTests(LangIdServers servers)
{
    private const string Predict = "/v1/models/langid:predict";
    private const string Body = """{"text":"Some random text with the word \"specversion\" in it"}""";

    [NeedsLangIdModelFact]
    public async Task A_transformer_and_an_explainer_answer_in_kind()
    {
        foreach (var server in new[] { servers.Collocated, servers.Split, servers.Explainer })
        {
            var plain = (await server.PostAsync(Predict, Body)).AssertOk().Body;

            Events.AssertBinary(await Events.PostBinaryAsync(server, Predict, Body), "langid", plain);
            Events.AssertStructured(await Events.PostStructuredAsync(server, Predict, Body), "langid", plain);
            Events.AssertPlain(await Events.PostStructuredAsync(server, Predict, Body, "application/json"), plain);
        }
    }

    [NeedsLangIdModelFact]
    public async Task A_service_refuses_data_as_it_refuses_bodies()
    {
        (await Events.PostStructuredAsync(servers.Split, Predict, "{}")).AssertRefused(400, "invalid_input", "The parameter text is required.");
        (await Events.PostBinaryAsync(servers.Split, Predict, "{}")).AssertRefused(400, "invalid_input", "The parameter text is required.");
        (await Events.PostBinaryAsync(servers.Split, Predict, "{}", ("ce-id", null))).AssertRefused(400, "invalid_input", "the event lacks the header ce-id");
    }

    [NeedsLangIdModelFact]
    public async Task An_explainer_without_a_method_still_reads_events()
    {
        (await Events.PostStructuredAsync(servers.Explainer, "/v1/models/langid:explain", Body)).AssertRefused(501, "not_implemented");
        (await Events.PostStructuredAsync(servers.Explainer, "/v1/models/langid:explain", "x")).AssertRefused(400, "invalid_input");
    }
}
