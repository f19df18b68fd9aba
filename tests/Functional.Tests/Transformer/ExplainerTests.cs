using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>The explainer component, which has no method of explaining yet.</summary>
[Collection(LangIdShared.Name)]
public sealed class ExplainerTests(LangIdServers servers)
{
    private const string Body = """{"text":"Some random text in any language"}""";

    [NeedsLangIdModelFact]
    public async Task Explain_is_501()
    {
        foreach (var server in new[] { servers.Explainer, servers.Collocated, servers.Split, servers.Predictor })
            (await server.PostAsync("/v1/models/langid:explain", Body)).AssertRefused(501, "not_implemented");
    }

    [NeedsLangIdModelFact]
    public async Task Explaining_an_unknown_model_is_404()
        => (await servers.Explainer.PostAsync("/v1/models/none:explain", Body)).AssertRefused(404, "model_not_found");

    [NeedsLangIdModelFact]
    public async Task Predict_answers_as_the_transformer_does()
        => Assert.Equal(
            (await servers.Collocated.PostAsync("/v1/models/langid:predict", Body)).AssertOk().Body,
            (await servers.Explainer.PostAsync("/v1/models/langid:predict", Body)).AssertOk().Body);
}
