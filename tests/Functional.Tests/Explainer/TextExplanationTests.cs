using System.Text.Json;
using System.Text.Json.Nodes;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Explainer;

/// <summary>Explains the language of a text: langid in the explainer.</summary>
[Collection(LangIdShared.Name)]
public sealed class TextExplanationTests(LangIdServers servers)
{
    private const string Explain = "/v1/models/langid:explain";
    private const string Catalan = """{"text":"  Això és una prova de text en català, with some English words"}""";

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task Words_of_the_language_have_positive_attributions_and_foreign_words_negative_ones()
    {
        var explanation = await ExplainAsync(Catalan);

        var predicted = JsonNode.Parse((await servers.Explainer.PostAsync("/v1/models/langid:predict", Catalan)).AssertOk().Body)!;
        Assert.Equal(predicted["language"]!.GetValue<string>(), explanation["prediction"]!["label"]!.GetValue<string>());
        Assert.Equal(predicted["score"]!.GetValue<double>(), explanation["prediction"]!["score"]!.GetValue<double>(), 1e-6);
        var words = explanation["attributions"]!.AsArray().ToDictionary(part => part!["feature"]!.GetValue<string>(), part => part!["attribution"]!.GetValue<double>());
        Assert.All(new[] { "Això", "és", "català," }, word => Assert.True(words[word] > 0.1, $"{word}: {words[word]}"));
        Assert.All(new[] { "with", "some", "English" }, word => Assert.True(words[word] < -0.02, $"{word}: {words[word]}"));
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task Attributions_sum_to_the_score_and_offsets_count_code_points_of_the_input()
    {
        var text = "  \U0001F600 Això és\u00A0una prova";

        var explanation = await ExplainAsync(JsonSerializer.Serialize(new { text }));

        Assert.Equal("\U0001F600 Això és\u00A0una prova", explanation["text"]!.GetValue<string>());
        Assert.Equal(2, explanation["text_start"]!.GetValue<int>());
        Assert.True(explanation["method"]!["exact"]!.GetValue<bool>());
        var explained = explanation["explained"]!;
        var sum = explained["base_value"]!.GetValue<double>();
        var runes = text.EnumerateRunes().ToArray();
        foreach (var part in explanation["attributions"]!.AsArray())
        {
            sum += part!["attribution"]!.GetValue<double>();
            Assert.Equal(part["feature"]!.GetValue<string>(), string.Concat(runes[part["start"]!.GetValue<int>()..part["end"]!.GetValue<int>()]));
        }
        Assert.Equal(explained["value"]!.GetValue<double>(), sum, 1e-6);
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task Only_text_that_the_model_reads_is_explained()
    {
        var explanation = await ExplainAsync(JsonSerializer.Serialize(new { text = string.Join(' ', Enumerable.Repeat("paraula", 40)) }));

        Assert.Equal(100, explanation["text"]!.GetValue<string>().Length);
        Assert.Equal(13, explanation["attributions"]!.AsArray().Count);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [InlineData("kernel_shap")]
    [InlineData("permutation")]
    [InlineData("leave_one_out")]
    public async Task Each_method_is_reproducible_with_a_seed(string method)
    {
        var body = JsonNode.Parse(Catalan)!;
        body["explain"] = new JsonObject { ["method"] = method, ["seed"] = 7 };

        var first = await ExplainAsync(body.ToJsonString());

        Assert.Equal(method, first["method"]!["name"]!.GetValue<string>());
        Assert.Equal(first.ToJsonString(), (await ExplainAsync(body.ToJsonString())).ToJsonString());
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task A_label_and_a_number_of_segments_can_be_requested()
    {
        var all = await ExplainAsync("""{"text":"Això és una prova, with English","explain":{"label":"en"}}""");
        var some = await ExplainAsync("""{"text":"Això és una prova, with English","explain":{"label":"en","top_k":2}}""");

        Assert.Equal("en", all["explained"]!["label"]!.GetValue<string>());
        Assert.True(all["attributions"]!.AsArray().Single(part => part!["feature"]!.GetValue<string>() == "English")!["attribution"]!.GetValue<double>() > 0);
        Assert.Equal(2, some["attributions"]!.AsArray().Count);
        Assert.Equal(all["attributions"]!.AsArray().Skip(2).Sum(part => part!["attribution"]!.GetValue<double>()), some["others"]!.GetValue<double>(), 1e-9);
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task Spans_are_separated_by_punctuation()
        => Assert.Equal(
            ["This is English.", "Això és català."],
            (await ExplainAsync("""{"text":"This is English. Això és català.","explain":{"unit":"span"}}"""))["attributions"]!.AsArray()
                .OrderBy(part => part!["start"]!.GetValue<int>()).Select(part => part!["feature"]!.GetValue<string>()));

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [InlineData("{}", "The parameter text is required.")]
    [InlineData("""{"text":""}""", "The parameter text is required.")]
    [InlineData("""{"text":"a","explain":[]}""", "explain should be an object, got [].")]
    [InlineData("""{"text":"a","explain":{"label":"klingon"}}""", null)]
    [InlineData("""{"text":"a","explain":{"method":"tree_shap"}}""", "explain.method should be another than tree_shap: this model reads text.")]
    [InlineData("""{"text":"a","explain":{"background":[[1]]}}""", "explain.background should be absent: parts of a text are removed, not replaced.")]
    [InlineData("""{"text":"a","explain":{"counterfactual":true}}""", "explain.counterfactual should be absent: counterfactuals are available for models of numbers only.")]
    [InlineData("nonsense", null)]
    public async Task The_error_for_an_invalid_request_names_the_parameter(string body, string? error)
    {
        var message = (await servers.Explainer.PostAsync(Explain, body)).AssertError(400, "invalid_input");

        if (error is not null) Assert.Equal(error, message);
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task The_explainer_is_a_V2_model()
    {
        var expected = (await servers.Explainer.PostAsync(Explain, Catalan)).AssertOk().Body;

        Assert.Equal(expected, await servers.Explainer.CallOverRestAsync("langid-explainer", Catalan));
        Assert.Equal(expected, await servers.Explainer.CallOverGrpcAsync("langid-explainer", Catalan));
        var metadata = (await servers.Explainer.GetAsync("/v2/models/langid-explainer")).AssertOk().Json;
        Assert.Equal("BYTES", metadata.GetProperty("outputs")[0].GetProperty("datatype").GetString());
        (await servers.Explainer.GetAsync("/v2/models/langid-explainer/ready")).AssertOk();
        (await servers.Collocated.GetAsync("/v2/models/langid-explainer")).AssertError(404, "model_not_found");
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task The_HTML_page_shows_the_explanation_and_escapes_the_input()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Explain) { Content = RunningServer.Json("""{"text":"Això <script>alert(1)</script> & \"és\" <b onmouseover=x>"}""") };
        request.Headers.TryAddWithoutValidation("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        using var response = await servers.Explainer.Client.SendAsync(request);
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b onmouseover", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [InlineData("application/json")]
    [InlineData("*/*")]
    [InlineData("application/json, text/html;q=0.5")]
    [InlineData("text/html;q=0")]
    public async Task Clients_that_do_not_accept_HTML_get_JSON(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Explain) { Content = RunningServer.Json(Catalan) };
        request.Headers.TryAddWithoutValidation("Accept", accept);

        (await Answer.OfAsync(await servers.Explainer.Client.SendAsync(request))).AssertOk();
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task An_error_is_JSON_even_if_HTML_is_accepted()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Explain) { Content = RunningServer.Json("{}") };
        request.Headers.TryAddWithoutValidation("Accept", "text/html");

        (await Answer.OfAsync(await servers.Explainer.Client.SendAsync(request))).AssertError(400, "invalid_input");
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task The_API_documentation_describes_response_and_parameters()
    {
        var document = (await servers.Explainer.GetAsync("/openapi.json")).AssertOk().Json;

        var schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.Contains("base_value", schemas.GetProperty("ExplainedScore").GetProperty("properties").EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ["method", "samples", "seed", "top_k", "background", "label", "counterfactual", "interactions", "unit", "deadline_ms"],
            schemas.GetProperty("ExplainParameters").GetProperty("properties").EnumerateObject().Select(property => property.Name));
        var content = document.GetProperty("paths").GetProperty(Explain).GetProperty("post").GetProperty("responses").GetProperty("200").GetProperty("content");
        Assert.Equal(["application/json", "text/html"], content.EnumerateObject().Select(type => type.Name));
        Assert.Equal("ca", content.GetProperty("application/json").GetProperty("example").GetProperty("explanations")[0].GetProperty("prediction").GetProperty("label").GetString());
    }

    private async Task<JsonNode> ExplainAsync(string body) => JsonNode.Parse((await servers.Explainer.PostAsync(Explain, body)).AssertOk().Body)!["explanations"]!.AsArray().Single()!;
}
