using System.Text.Json.Nodes;
using InferenceServices.Explainer;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Explainer;

/// <summary>Explains the topics of an article by its links: items are the words of its text.</summary>
public sealed class LinkExplanationTests
{
    private const string Explain = "/v1/models/outlink-topic-model:explain";

    [Fact(Skip = TestData.OutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Kenya_and_Uganda_have_positive_attributions_for_Eastern_Africa_and_France_a_negative_one()
    {
        await using var server = await RunningServer.StartAsync(ExplainerHost.Build, "--model_name=outlink-topic-model", $"--model_dir={TestData.OutlinkTopicModel}");

        var explanation = await ExplainAsync(server, """{"lang":"en","page_id":5,"features_str":"Q114 Q1036 Q142 Q2","explain":{"label":"Geography.Regions.Africa.Eastern_Africa"}}""");

        var items = explanation["attributions"]!.AsArray().ToDictionary(part => part!["feature"]!.GetValue<string>(), part => part!["attribution"]!.GetValue<double>());
        Assert.True(items["Q114"] > 0.3 && items["Q1036"] > 0.3 && items["Q142"] < -0.05 && items["Q2"] < 0, explanation.ToJsonString());
        Assert.True(explanation["method"]!["exact"]!.GetValue<bool>());
    }

    [Fact(Skip = TestData.OutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Many_links_are_explained_by_leave_one_out()
    {
        await using var server = await RunningServer.StartAsync(ExplainerHost.Build, "--model_name=outlink-topic-model", $"--model_dir={TestData.OutlinkTopicModel}");
        var links = string.Join(' ', Enumerable.Range(1, 300).Select(item => $"Q{item}"));

        var explanation = await ExplainAsync(server, $$"""{"lang":"en","page_id":5,"features_str":"{{links}}","explain":{"top_k":5} }""");

        Assert.Equal(("leave_one_out", 302), (explanation["method"]!["name"]!.GetValue<string>(), explanation["method"]!["evaluations"]!.GetValue<int>()));
        Assert.Equal(5, explanation["attributions"]!.AsArray().Count);
    }

    private static async Task<JsonNode> ExplainAsync(RunningServer server, string body)
        => JsonNode.Parse((await server.PostAsync(Explain, body)).AssertOk().Body)!["explanations"]!.AsArray().Single()!;
}
