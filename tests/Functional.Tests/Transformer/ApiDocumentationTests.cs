using System.Net;
using System.Text.Json.Nodes;
using InferenceServices.Testing;
using InferenceServices.Transformer;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>The service's description of itself, and that what it shows can be tried.</summary>
[Collection(LangIdShared.Name)]
public sealed class ApiDocumentationTests(LangIdServers servers)
{
    private const string Predict = "/v1/models/langid:predict";

    [NeedsLangIdModelFact]
    public async Task Request_and_answer_are_typed()
    {
        var document = (await servers.Collocated.GetAsync("/openapi.json")).AssertOk().Json;
        var predict = document["paths"]![Predict]!["post"]!;

        var request = Resolve(document, predict["requestBody"]!["content"]!["application/json"]!["schema"]!);
        Assert.Equal(["text"], request["properties"]!.AsObject().Select(property => property.Key));
        Assert.Equal("string", (string?)request["properties"]!["text"]!["type"]);

        var answer = Resolve(document, predict["responses"]!["200"]!["content"]!["application/json"]!["schema"]!);
        Assert.Equal(
            [("language", "string"), ("wikicode", "string"), ("languagename", "string"), ("score", "number")],
            answer["properties"]!.AsObject().Select(property => (property.Key, (string?)property.Value!["type"])));
        Assert.Equal("Which language a text is in.", (string?)predict["summary"]);
        Assert.NotNull(predict["responses"]!["default"]);
    }

    [NeedsLangIdModelFact]
    public async Task Try_it_out_works()
    {
        foreach (var server in new[] { servers.Collocated, servers.Split, servers.Explainer })
        {
            var document = (await server.GetAsync("/openapi.json")).AssertOk().Json;
            var predict = document["paths"]![Predict]!["post"]!;
            var example = predict["requestBody"]!["content"]!["application/json"]!["example"]!;

            var answer = (await server.PostAsync(Predict, example.ToJsonString())).AssertOk().Json;

            var shown = predict["responses"]!["200"]!["content"]!["application/json"]!["example"]!;
            Assert.Equal(shown.AsObject().Select(property => property.Key), answer.AsObject().Select(property => property.Key));
            Assert.Equal((string?)shown["language"], (string?)answer["language"]);
        }
    }

    [NeedsLangIdModelFact]
    public async Task Every_get_that_is_described_is_there()
    {
        var paths = (await servers.Collocated.GetAsync("/openapi.json")).AssertOk().Json["paths"]!.AsObject();

        Assert.Contains("/v2/models/langid/infer", paths.Select(path => path.Key));
        foreach (var (path, _) in paths.Where(path => path.Value!["get"] is not null))
            Assert.Equal(HttpStatusCode.OK, (await servers.Collocated.GetAsync(path)).Status);
    }

    [NeedsLangIdModelTheory]
    [InlineData("/docs")]
    [InlineData("/docs/")]
    [InlineData("/docs/index.html")]
    public async Task The_page_is_served_with_all_it_needs(string path)
    {
        var page = await servers.Collocated.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.StartsWith("text/html", page.ContentType, StringComparison.Ordinal);
        Assert.Contains("swagger-ui", page.Body, StringComparison.Ordinal);
        foreach (var file in new[] { "swagger-ui.css", "swagger-ui-bundle.js", "index.js" })
            Assert.Equal(HttpStatusCode.OK, (await servers.Collocated.GetAsync("/docs/" + file)).Status);
        Assert.Contains("/openapi.json", (await servers.Collocated.GetAsync("/docs/index.js")).Body, StringComparison.Ordinal);
    }

    [NeedsLangIdModelFact]
    public async Task What_is_not_part_of_the_page_is_404()
        => (await servers.Collocated.GetAsync("/docs/none")).AssertRefusal(HttpStatusCode.NotFound, "not_found");

    [NeedsLangIdModelFact]
    public async Task The_page_can_be_switched_off()
    {
        await using var server = await RunningServer.StartAsync(
            TransformerHost.Build, "--model_name=langid", $"--model_dir={TestData.LangIdModel}", "--enable_docs_url=false");

        foreach (var path in new[] { "/docs", "/docs/", "/docs/index.html", "/docs/swagger-ui.css" })
            (await server.GetAsync(path)).AssertRefusal(HttpStatusCode.NotFound, "not_found");
    }

    private static JsonNode Resolve(JsonNode document, JsonNode schema)
        => (string?)schema["$ref"] is { } reference
            ? reference.Split('/').Skip(1).Aggregate(document, (node, key) => node[key]!)
            : schema;
}
