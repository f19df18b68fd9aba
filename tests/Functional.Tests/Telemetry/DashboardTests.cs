using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using InferenceServices.Functional.Tests.Clients;
using InferenceServices.Functional.Tests.Predictor;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Telemetry;

/// <summary>Dashboard and rules of <c>deploy/observability</c> query existing metrics.</summary>
public sealed partial class DashboardTests
{
    private static readonly string Rules = Checkout.PathOf("deploy/observability/rules.yaml");
    private static readonly JsonElement Dashboard = JsonElement.Parse(File.ReadAllText(Checkout.PathOf("deploy/observability/dashboard.json")));

    [Fact(Skip = TestClients.PrometheusMissing, SkipUnless = nameof(TestClients.HasPrometheus), SkipType = typeof(TestClients))]
    public async Task The_rules_pass_their_tests()
    {
        (await PromtoolAsync("check", "rules", Rules)).AssertSuccess();
        (await PromtoolAsync("test", "rules", Checkout.PathOf("deploy/observability/rules.test.yaml"))).AssertSuccess();
    }

    [Fact(Skip = TestClients.PrometheusMissing, SkipUnless = nameof(TestClients.HasPrometheus), SkipType = typeof(TestClients))]
    public async Task Prometheus_parses_every_query_of_the_dashboard()
    {
        using var folder = TemporaryFolder.Of();
        var rules = new StringBuilder("groups: [{name: dashboard, rules: [\n");
        foreach (var (query, number) in Queries().Select((query, number) => (query, number)))
            rules.Append(null, $"{{record: \"query:{number}\", expr: {JsonSerializer.Serialize(query.Replace("$__rate_interval", "5m", StringComparison.Ordinal))}}},\n");
        folder.Write("dashboard.yaml", rules.Append("]}]").ToString());

        (await PromtoolAsync("check", "rules", folder.Below("dashboard.yaml"))).AssertSuccess();
    }

    [Fact]
    public async Task Dashboard_and_rules_query_all_metrics_of_the_servers_and_no_others()
    {
        var rules = await File.ReadAllTextAsync(Rules);
        var recorded = Record().Matches(rules).Select(match => match.Groups[1].Value).ToHashSet();
        await using var server = await PredictorServers.StartModelAsync("versioned");
        (await server.PostAsync("/v1/models/versioned:predict", """{"instances":[1]}""")).AssertOk();
        var exposed = await ExposedAsync(server);
        // Only servers with an outbox have metrics of events; a test of the outbox compares them with the page.
        var documented = Events().Matches(await File.ReadAllTextAsync(Checkout.PathOf("docs/observability.md"))).Select(match => match.Groups[1].Value).ToHashSet();

        var queried = Queries().Concat(Variables()).Concat(Expression().Matches(rules).Select(match => match.Groups[1].Value)).SelectMany(NamesIn).ToHashSet();

        Assert.Empty(queried.Except(exposed).Except(documented).Except(recorded));
        Assert.Empty(recorded.Except(queried));
        Assert.Empty(exposed.Select(name => Part().Replace(name, "")).Except(queried.Select(name => Part().Replace(name, ""))).Except(["dotnet_gc_last_collection_heap_fragmentation_size_bytes"]));
    }

    [Fact]
    public void Reasons_are_codes_of_errors()
    {
        var codes = ListedCode().Matches(File.ReadAllText(Checkout.PathOf("docs/errors.md"))).Select(match => match.Groups[1].Value).ToHashSet();

        var reasons = Reason().Matches(File.ReadAllText(Rules)).SelectMany(match => match.Groups[1].Value.Split('|')).ToArray();

        Assert.NotEmpty(reasons);
        Assert.Empty(reasons.Except(codes));
    }

    private static Task<ClientProgram> PromtoolAsync(params string[] arguments) => ClientProgram.RunAsync(TestClients.PrometheusProgram("promtool"), arguments);

    private static async Task<HashSet<string>> ExposedAsync(RunningServer server)
    {
        var names = new HashSet<string>();
        foreach (Match type in Type().Matches((await server.GetAsync("/metrics")).Body))
        {
            var name = type.Groups[1].Value;
            names.UnionWith(type.Groups[2].Value == "histogram" ? [name + "_bucket", name + "_count", name + "_sum"] : [name]);
        }
        return names;
    }

    private static IEnumerable<string> Queries()
        => Dashboard.GetProperty("panels").EnumerateArray().Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!);

    private static IEnumerable<string> Variables()
        => Dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().Where(variable => variable.GetProperty("type").GetString() == "query")
            .Select(variable => LabelValues().Match(variable.GetProperty("query").GetProperty("query").GetString()!).Groups[1].Value);

    // A metric name precedes a brace, a bracket, an operator or the end. Labels are in braces or follow by and without; functions precede a parenthesis.
    private static IEnumerable<string> NamesIn(string query)
        => Name().Matches(Grouping().Replace(Braces().Replace(query, ""), "")).Select(match => match.Value);

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]")]
    private static partial Regex Braces();

    [GeneratedRegex(@"\b(by|without)\s*\([^)]*\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"(?<![\w:.$])[a-z][\w:]*\b(?!\s*\()(?![\w:])(?=\s*([-+*/)>=]|$))")]
    private static partial Regex Name();

    [GeneratedRegex(@"^label_values\((\w+), \w+\)$")]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"record: (\S+)")]
    private static partial Regex Record();

    [GeneratedRegex(@"expr: (.+)")]
    private static partial Regex Expression();

    [GeneratedRegex(@"reason=~?""([^""]*)""")]
    private static partial Regex Reason();

    [GeneratedRegex(@"^# TYPE (\w+) (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex(@"^\| `(\w+)` \|[^\n]*\| with events \|", RegexOptions.Multiline)]
    private static partial Regex Events();

    [GeneratedRegex(@"^\| [^|]+ \| `([a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex ListedCode();

    [GeneratedRegex("_(bucket|count|sum)$")]
    private static partial Regex Part();
}
