using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InferenceServices.Configuration;
using InferenceServices.Contracts.Errors;
using InferenceServices.OresLegacy.Hosting;
using InferenceServices.OresLegacy.Scores;
using Microsoft.Extensions.Options;

namespace InferenceServices.OresLegacy.Tests;

/// <summary>Settings, documentation, probes, metrics and CORS.</summary>
public sealed partial class HostTests
{
    [Theory]
    [InlineData("--liftwing_url needs a value: the base URL of the revscoring services.")]
    [InlineData("--liftwing_url should be a URL of http or https, got 'localhost:6031'.", "--liftwing_url=localhost:6031")]
    [InlineData("--host should be an IP address, got 'localhost'.", "--liftwing_url=http://a", "--host=localhost")]
    [InlineData("--liftwing_breaker_calls should be 0, or 2 or more.", "--liftwing_url=http://a", "--liftwing_breaker_calls=1")]
    [InlineData("--cors_allow_origins should be * or origins such as https://example.org, got 'example.org'.", "--liftwing_url=http://a", "--cors_allow_origins=example.org")]
    public async Task A_wrong_setting_ends_the_start_with_a_sentence(string error, params string[] switches)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(async () =>
        {
            await using var app = OresLegacyHost.Build(["--http_port=0", .. switches]);
            await app.StartAsync();
        });

        Assert.EndsWith(error, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("enwiki damaging=1", "line 1")]
    [InlineData("enwiki\tdamaging", "line 1")]
    [InlineData("enwiki\tdamaging=1\nenwiki\tgoodfaith=1", "line 2")]
    [InlineData("enwiki\tdamaging=1 damaging=2", "line 1")]
    [InlineData("", "has no wiki")]
    public void A_wrong_table_ends_the_start_with_a_sentence(string table, string error)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, table);
        try
        {
            Assert.Contains(error, Assert.Throws<StartException>(() => ScorerTable.Load(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_missing_table_ends_the_start_with_a_sentence()
        => Assert.StartsWith("--scorers_file cannot be read: ", Assert.Throws<StartException>(() => ScorerTable.Load("/nowhere/scorers.tsv")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_table_replaces_that_of_ORES()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "xwiki\treverted=2 damaging=3\n\n");
        try
        {
            await using var server = await OresServer.InFrontOfAsync("http://127.0.0.1:1", $"--scorers_file={path}");

            Assert.True(JsonNode.DeepEquals(
                JsonNode.Parse("""{"xwiki":{"models":{"reverted":{"version":"2"},"damaging":{"version":"3"}}}}"""), await server.GetJsonAsync("/v3/scores")));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task The_request_limit_can_be_set()
    {
        await using var server = await OresServer.InFrontOfAsync("http://127.0.0.1:1", "--lw_request_limit=2");

        using var response = await server.Client.GetAsync("/v3/scores/enwiki?models=damaging&revids=1|2|3");

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("Scoring more than 2 scores", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_documents_every_path_of_version_3()
    {
        await using var server = await OresServer.InFrontOfAsync("http://127.0.0.1:1");

        Assert.Contains("swagger-ui", await server.Client.GetStringAsync("/docs/index.html"), StringComparison.Ordinal);
        var document = await server.GetJsonAsync("/openapi.json");
        Assert.Equal(
            ["/v3/scores", "/v3/scores/{wiki}", "/v3/scores/{wiki}/{revid}", "/v3/scores/{wiki}/{revid}/{model}"],
            document["paths"]!.AsObject().Select(path => path.Key));
        // Every reference has a schema.
        Assert.All(Reference().Matches(document.ToJsonString()), reference => Assert.NotNull(document["components"]!["schemas"]![reference.Groups[1].Value]));
    }

    [Theory]
    [InlineData("*", "https://example.org", "*")]
    [InlineData("https://example.org", "https://example.org", "https://example.org")]
    [InlineData("https://example.org", "https://example.com", null)]
    [InlineData("", "https://example.org", null)]
    public async Task Web_pages_of_allowed_origins_may_read_scores_and_errors(string allowed, string origin, string? header)
    {
        await using var server = await OresServer.InFrontOfAsync("http://127.0.0.1:1", $"--cors_allow_origins={allowed}");

        foreach (var path in new[] { "/v3/scores", "/nowhere", "/v3/scores/x", "/ui?callback=f" })
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Origin", origin } } };
            using var response = await server.Client.SendAsync(message);

            Assert.Equal(header, response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null);
        }
    }

    [Fact]
    public async Task Metrics_have_calls_by_model_and_outcome_and_requests_by_route()
    {
        await using var server = await OresServer.StartAsync(OresServer.ScoreAsync);
        await server.GetJsonAsync("/v3/scores/enwiki/7/damaging");

        var metrics = await server.Client.GetStringAsync("/metrics");

        Assert.Contains("ores_legacy_call_seconds_count{model=\"damaging\",outcome=\"scored\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("ores_legacy_request_seconds_count{route=\"/v3/scores/{wiki}/{revid}/{model}\",code=\"200\"} 1", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_is_healthy_without_Lift_Wing()
    {
        await using var server = await OresServer.InFrontOfAsync("http://127.0.0.1:1");

        Assert.Equal("ok", await server.Client.GetStringAsync("/healthz"));
    }

    [Fact]
    public void The_README_lists_every_switch_with_its_help()
    {
        var switches = OresLegacyHost.CreateBuilder(["--help"]).GetSwitches().Switches;

        var rows = Row().Matches(File.ReadAllText(Checkout.PathOf("src/OresLegacy/README.md"))).Select(row => (row.Groups[1].Value, row.Groups[2].Value));

        Assert.Equal(switches.Select(known => (known.Name, known.Help)), rows);
    }

    [Fact]
    public void Every_variable_of_manifest_and_compose_file_is_a_switch()
    {
        var names = OresLegacyHost.CreateBuilder(["--help"]).GetSwitches().Switches.Select(known => known.EnvironmentVariable).ToHashSet();

        foreach (var file in new[] { "deploy/ores-legacy/deployment.yaml", "deploy/ores-legacy/compose.yaml" })
        {
            var found = Variable().Matches(File.ReadAllText(Checkout.PathOf(file))).Select(match => match.Groups[1].Value).ToList();

            Assert.Contains("LIFTWING_URL", found);
            Assert.All(found, name => Assert.Contains(name, names));
        }
    }

    [GeneratedRegex(@"#/components/schemas/(\w+)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^\| `--(\w+)` \| (.*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^ +(?:- \{name: )?([A-Z_]{4,})[:,]", RegexOptions.Multiline)]
    private static partial Regex Variable();
}
