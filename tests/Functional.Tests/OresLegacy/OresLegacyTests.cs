using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using InferenceServices.Functional.Tests.Revscoring;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.OresLegacy.Hosting;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace InferenceServices.Functional.Tests.OresLegacy;

/// <summary>ores-legacy in front of the transformers of revscoring models and a real MediaWiki; other tests are in tests/OresLegacy.Tests.</summary>
[Collection(RevscoringShared.Name)]
public sealed class OresLegacyTests(RevscoringServers servers) : IAsyncLifetime
{
    private const int Vandalism = 100054;
    private const int Good = 100057;
    private const int Hidden = 100048;
    private const int Missing = 99999999;

    private readonly TemporaryFolder _folder = new();
    private WebApplication? _gateway;
    private RunningServer _ores = null!;

    public async ValueTask InitializeAsync()
    {
        if (!TestData.HasWikiAndOutlinkTopicModel) return;
        _gateway = await StartGatewayAsync();
        var table = _folder.Write("scorers.tsv", "enwiki\tarticlequality=0 damaging=0 reverted=0 wp10=0\n");
        var app = OresLegacyHost.Build(["--host=127.0.0.1", "--http_port=0", $"--liftwing_url={_gateway.Urls.Single()}", $"--scorers_file={table}"]);
        _ores = await RunningServer.StartAsync(app);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _ores.DisposeAsync();
            await _gateway.DisposeAsync();
        }
        _folder.Dispose();
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Scores_of_several_models_and_revisions_are_those_of_the_services()
    {
        var answer = JsonNode.Parse((await _ores.GetAsync($"/v3/scores/enwiki?revids={Vandalism}|{Good}")).AssertOk().Body)!["enwiki"]!;

        Assert.Equal(["articlequality", "damaging", "reverted", "wp10"], answer["models"]!.AsObject().Select(model => model.Key));
        Assert.All(answer["models"]!.AsObject(), model => Assert.Equal("0.5.1", (string)model.Value!["version"]!));
        foreach (var revision in new[] { Vandalism, Good })
        {
            foreach (var (model, server) in Services())
            {
                var direct = JsonNode.Parse((await server.PostAsync($"/v1/models/enwiki-{model}:predict", $$"""{"rev_id":{{revision}}}""")).AssertOk().Body)!;
                Assert.True(JsonNode.DeepEquals(direct["enwiki"]!["scores"]![$"{revision}"]![model], answer["scores"]![$"{revision}"]![model]));
            }
        }
        Assert.True(JsonNode.DeepEquals(answer["scores"]![$"{Good}"]!["articlequality"], answer["scores"]![$"{Good}"]!["wp10"]));
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task A_revision_that_cannot_be_scored_has_an_error_and_others_have_scores()
    {
        var scores = JsonNode.Parse((await _ores.GetAsync($"/v3/scores/enwiki?models=reverted&revids={Good}|{Missing}|{Hidden}")).AssertOk().Body)!["enwiki"]!["scores"]!;

        Assert.NotNull(scores[$"{Good}"]!["reverted"]!["score"]);
        Assert.Equal(
            $$$"""{"error":{"message":"RevisionNotFound: Could not find revision ({revision}:{{{Missing}}})","type":"RevisionNotFound"}}""", scores[$"{Missing}"]!["reverted"]!.ToJsonString());
        Assert.Equal(
            $$$"""{"error":{"message":"Missing resource for rev-id {{{Hidden}}}: TextDeleted: Text deleted (datasource.revision.text)","type":"Bad Request"}}""",
            scores[$"{Hidden}"]!["reverted"]!.ToJsonString());
    }

    [Fact(Skip = TestData.WikiAndOutlinkTopicModelMissing, SkipUnless = nameof(TestData.HasWikiAndOutlinkTopicModel), SkipType = typeof(TestData))]
    public async Task Features_are_returned_with_their_types()
    {
        var slot = JsonNode.Parse((await _ores.GetAsync($"/v3/scores/enwiki/{Vandalism}/reverted?features")).AssertOk().Body)!["enwiki"]!["scores"]![$"{Vandalism}"]!["reverted"]!;

        Assert.Equal("true", slot["features"]!["feature.revision.user.is_anon"]!.ToJsonString());
        Assert.Equal("7.0", slot["features"]!["feature.wikitext.revision.diff.words_added"]!.ToJsonString());
    }

    private (string Model, RunningServer Server)[] Services()
        => [("reverted", servers.Collocated), ("damaging", servers.Damaging), ("articlequality", servers.ArticleQuality)];

    // Selects a service by the Host header, as Lift Wing's gateway does.
    private async Task<WebApplication> StartGatewayAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async http =>
        {
            var (_, server) = Services().Single(service => http.Request.Host.Host.StartsWith($"enwiki-{service.Model}.revscoring-", StringComparison.Ordinal));
            using var message = new HttpRequestMessage(HttpMethod.Post, http.Request.Path.Value) { Content = new StreamContent(http.Request.Body) };
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(http.Request.ContentType!);
            using var response = await server.Client.SendAsync(message);
            http.Response.StatusCode = (int)response.StatusCode;
            http.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            await response.Content.CopyToAsync(http.Response.Body);
        });
        await app.StartAsync();
        return app;
    }
}
