using System.Text.Json;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;
using InferenceServices.Transformer;

namespace InferenceServices.Functional.Tests.Transformer;

/// <summary>The OpenAPI document of a service, whose examples succeed.</summary>
[Collection(LangIdShared.Name)]
public sealed class ApiDocumentationTests(LangIdServers servers)
{
    private const string Predict = "/v1/models/langid:predict";

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task Request_and_response_have_schemas()
    {
        var document = (await servers.Collocated.GetAsync("/openapi.json")).AssertOk().Json;
        var predict = At(document, "paths", Predict, "post");

        var request = Resolve(document, At(predict, "requestBody", "content", "application/json", "schema"));
        Assert.Equal(["text"], At(request, "properties").EnumerateObject().Select(property => property.Name));
        Assert.Equal("string", At(request, "properties", "text", "type").GetString());

        var answer = Resolve(document, At(predict, "responses", "200", "content", "application/json", "schema"));
        Assert.Equal(
            [("language", "string"), ("wikicode", "string"), ("languagename", "string"), ("score", "number")],
            At(answer, "properties").EnumerateObject().Select(property => (property.Name, At(property.Value, "type").GetString())));
        Assert.All(At(answer, "properties").EnumerateObject(), property => Assert.False(property.Value.TryGetProperty("nullable", out _)));
        Assert.Equal(
            ["language", "languagename", "score", "wikicode"],
            At(answer, "required").EnumerateArray().Select(name => name.GetString()).Order(StringComparer.Ordinal));
        Assert.Equal("Which language a text is in.", At(predict, "summary").GetString());
        Assert.NotEqual(JsonValueKind.Null, At(predict, "responses", "default").ValueKind);
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task The_example_request_succeeds()
    {
        foreach (var server in new[] { servers.Collocated, servers.Split, servers.Explainer })
        {
            var document = (await server.GetAsync("/openapi.json")).AssertOk().Json;
            var predict = At(document, "paths", Predict, "post");
            var example = At(predict, "requestBody", "content", "application/json", "example");

            var answer = (await server.PostAsync(Predict, example.GetRawText())).AssertOk().Json;

            var shown = At(predict, "responses", "200", "content", "application/json", "example");
            Assert.Equal(shown.EnumerateObject().Select(property => property.Name), answer.EnumerateObject().Select(property => property.Name));
            Assert.Equal(At(shown, "language").GetString(), At(answer, "language").GetString());
            Assert.Equal(At(shown, "score").GetDouble(), At(answer, "score").GetDouble(), tolerance: 1e-4);
        }
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [InlineData("/docs")]
    [InlineData("/docs/")]
    [InlineData("/docs/index.html")]
    public async Task The_page_and_its_assets_are_served(string path)
    {
        var page = await servers.Collocated.GetAsync(path);

        Assert.Equal(200, page.Status);
        Assert.StartsWith("text/html", page.ContentType, StringComparison.Ordinal);
        Assert.Contains("swagger-ui", page.Body, StringComparison.Ordinal);
        foreach (var file in new[] { "swagger-ui.css", "swagger-ui-bundle.js", "index.js" })
            Assert.Equal(200, (await servers.Collocated.GetAsync("/docs/" + file)).Status);
        Assert.Contains("/openapi.json", (await servers.Collocated.GetAsync("/docs/index.js")).Body, StringComparison.Ordinal);
    }

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task A_file_that_is_not_part_of_the_page_is_404()
        => (await servers.Collocated.GetAsync("/docs/none")).AssertError(404, "not_found");

    [Fact(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    public async Task The_page_can_be_switched_off()
    {
        await using var server = await RunningServer.StartAsync(
            TransformerHost.Build, "--model_name=langid", $"--model_dir={TestData.LangIdModel}", "--enable_docs_url=false");

        foreach (var path in new[] { "/docs", "/docs/", "/docs/index.html", "/docs/swagger-ui.css" })
            (await server.GetAsync(path)).AssertError(404, "not_found");
        // The OpenAPI document remains available, as in KServe.
        (await server.GetAsync("/openapi.json")).AssertOk();
    }

    private static JsonElement At(JsonElement element, params IEnumerable<string> path)
        => path.Aggregate(element, (inner, name) => inner.GetProperty(name));

    private static JsonElement Resolve(JsonElement document, JsonElement schema)
        => schema.TryGetProperty("$ref", out var reference) ? At(document, reference.GetString()!.Split('/').Skip(1)) : schema;
}
