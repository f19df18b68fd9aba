using System.Text.Json.Nodes;
using InferenceServices.Functional.Tests.Revscoring;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Explainer;

/// <summary>Explains why an edit will be reverted: a tree ensemble with features from a real wiki.</summary>
[Collection(RevscoringShared.Name)]
public sealed class RevisionExplanationTests(RevscoringServers servers)
{
    private const string Explain = "/v1/models/enwiki-reverted:explain";

    [Theory(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    [InlineData("""{"rev_id":100054}""")]
    [InlineData("""{"event":{"$schema":"/mediawiki/page/change/1.3.0","wiki_id":"enwiki","meta":{"domain":"en.wikipedia.org"},"page":{"page_id":48,"page_title":"Lakes"},"revision":{"rev_id":100054}}}""")]
    public async Task One_request_returns_features_prediction_and_explanation(string body)
    {
        var explanation = await ExplainAsync(body);

        var scored = JsonNode.Parse((await servers.Split.PostAsync("/v1/models/enwiki-reverted:predict", """{"rev_id":100054,"extended_output":true}""")).AssertOk().Body)!["enwiki"]!["scores"]!["100054"]!["reverted"]!;
        Assert.Equal(scored["score"]!["probability"]!["true"]!.GetValue<double>(), explanation["prediction"]!["score"]!.GetValue<double>(), 1e-6);
        Assert.Equal("log_odds", explanation["explained"]!["scale"]!.GetValue<string>());
        Assert.Equal(("tree_shap", true, "training"), (Method(explanation)["name"]!.GetValue<string>(), Method(explanation)["exact"]!.GetValue<bool>(), Method(explanation)["background"]!.GetValue<string>()));
        foreach (var attribution in explanation["attributions"]!.AsArray())
        {
            var value = scored["features"]![attribution!["feature"]!.GetValue<string>()];
            if (value is not null) Assert.Equal(double.Parse(value.ToJsonString().Replace("true", "1", StringComparison.Ordinal).Replace("false", "0", StringComparison.Ordinal), null), attribution["value"]!.GetValue<double>(), 1e-3);
        }
        AssertAddsUp(explanation);
        Assert.Equal(explanation["prediction"]!["score"]!.GetValue<double>(), 1 / (1 + Math.Exp(-explanation["explained"]!["value"]!.GetValue<double>())), 1e-5);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Attributions_of_the_other_label_have_the_opposite_sign()
    {
        var yes = await ExplainAsync("""{"rev_id":100054,"explain":{"label":"true"}}""");
        var no = await ExplainAsync("""{"rev_id":100054,"explain":{"label":"false"}}""");

        AssertAddsUp(no);
        Assert.Equal(-yes["explained"]!["value"]!.GetValue<double>(), no["explained"]!["value"]!.GetValue<double>(), 1e-9);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_counterfactual_changes_the_prediction()
    {
        var explanation = await ExplainAsync("""{"rev_id":100054,"explain":{"counterfactual":true}}""");
        var change = explanation["counterfactual"]!;

        var features = new JsonObject { [change["feature"]!.GetValue<string>()] = (long)change["value"]!.GetValue<double>() };
        var body = new JsonObject { ["rev_id"] = 100054, ["features"] = features };
        var changed = await ExplainAsync(body.ToJsonString());

        Assert.NotEqual(explanation["prediction"]!["label"]!.GetValue<string>(), changed["prediction"]!["label"]!.GetValue<string>());
        Assert.Equal(change["prediction"]!["score"]!.GetValue<double>(), changed["prediction"]!["score"]!.GetValue<double>(), 1e-6);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_background_selects_interventional_TreeSHAP_which_agrees_with_the_estimate()
    {
        const string Background = """[[1,5,0,0,0,1,0,0,60000000],[1,40,3,0,0,3,0,0,90000000]]""";

        var exact = await ExplainAsync($$"""{"rev_id":100054,"explain":{"background":{{Background}} } }""");
        var estimated = await ExplainAsync($$"""{"rev_id":100054,"explain":{"method":"kernel_shap","background":{{Background}} } }""");

        AssertAddsUp(exact);
        AssertAddsUp(estimated);
        Assert.Equal("request", Method(exact)["background"]!.GetValue<string>());
        Assert.Equal(("kernel_shap", true, "score"), (Method(estimated)["name"]!.GetValue<string>(), Method(estimated)["exact"]!.GetValue<bool>(), estimated["explained"]!["scale"]!.GetValue<string>()));
        // One explains log odds, the other the score; the most important feature is the same.
        Assert.Equal(exact["attributions"]![0]!["feature"]!.GetValue<string>(), estimated["attributions"]![0]!["feature"]!.GetValue<string>());
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Interactions_are_returned_on_request()
    {
        var yes = await ExplainAsync("""{"rev_id":100054,"explain":{"interactions":true}}""");
        var no = await ExplainAsync("""{"rev_id":100054,"explain":{"interactions":true,"label":"false","top_k":3}}""");

        var pairs = yes["interactions"]!.AsArray();
        Assert.InRange(pairs.Count, 5, 20);
        Assert.Equal(pairs.Select(pair => Math.Abs(pair!["value"]!.GetValue<double>())).OrderDescending(), pairs.Select(pair => Math.Abs(pair!["value"]!.GetValue<double>())));
        Assert.All(pairs, pair => Assert.NotEqual(pair!["first"]!.GetValue<string>(), pair["second"]!.GetValue<string>()));
        Assert.Equal(pairs.Take(3).Select(pair => -pair!["value"]!.GetValue<double>()), no["interactions"]!.AsArray().Select(pair => pair!["value"]!.GetValue<double>()));
    }

    [Theory(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    [InlineData("""{"rev_id":100054,"explain":{"interactions":true,"method":"kernel_shap"}}""", 400, "explain.interactions should be absent: interactions are available for tree ensembles only, with tree_shap.")]
    [InlineData("""{"rev_id":"x"}""", 400, null)]
    [InlineData("""{"rev_id":100054,"explain":{"background":[[1]]}}""", 400, "explain.background should have rows of 9 numbers, got one of 1.")]
    [InlineData("""{"rev_id":100054,"explain":{"label":"maybe"}}""", 400, "explain.label should be one of false, true, got \"maybe\".")]
    public async Task The_error_for_an_invalid_request_names_the_parameter(string body, int status, string? error)
    {
        var message = (await servers.Explainer.PostAsync(Explain, body)).AssertError(status, "invalid_input");

        if (error is not null) Assert.Equal(error, message);
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task OpenAPI_documents_features_and_fields()
    {
        var document = (await servers.Explainer.GetAsync("/openapi.json")).AssertOk().Json;

        Assert.Equal(
            ["event", "rev_id", "extended_output", "features"],
            document.GetProperty("components").GetProperty("schemas").GetProperty("RevscoringRequest").GetProperty("properties").EnumerateObject().Select(property => property.Name));
    }

    private static JsonNode Method(JsonNode explanation) => explanation["method"]!;

    private static void AssertAddsUp(JsonNode explanation)
        => Assert.Equal(
            explanation["explained"]!["value"]!.GetValue<double>(),
            explanation["explained"]!["base_value"]!.GetValue<double>() + explanation["attributions"]!.AsArray().Sum(attribution => attribution!["attribution"]!.GetValue<double>()),
            1e-6);

    private async Task<JsonNode> ExplainAsync(string body) => JsonNode.Parse((await servers.Explainer.PostAsync(Explain, body)).AssertOk().Body)!["explanations"]!.AsArray().Single()!;
}
