namespace InferenceServices.Architecture.Tests;

/// <summary>Time, environment, network and console come in through one door each.</summary>
public sealed class BannedCallTests
{
    private static readonly Rule[] Rules =
    [
        new("reads of the environment", call => call.Type == "System.Environment" && call.Member.Contains("EnvironmentVariable", StringComparison.Ordinal), "StorageInitializer"),
        new("clock", call => call.Type is "System.DateTime" or "System.DateTimeOffset" && call.Member is "get_Now" or "get_UtcNow" or "get_Today"),
        new("sleep", call => call is { Type: "System.Threading.Thread", Member: "Sleep" }),
        new("unpooled connections", call => call is { Type: "System.Net.Http.HttpClient", Member: ".ctor", Parameters: 0 }),
        new("console", call => call.Type == "System.Console", "InferenceServices.ModelServer.Hosting.ModelServerProgram", "ModelTools", "StorageInitializer"),
        new(
            "reads of the configuration",
            call => call.Type.StartsWith("Microsoft.Extensions.Configuration.", StringComparison.Ordinal)
                && (call.Member is "get_Item" or "GetSection" or "GetChildren" || call.Type.EndsWith(".ConfigurationBinder", StringComparison.Ordinal)),
            "InferenceServices.ModelServer.Hosting", "Configuration"),
    ];

    public static TheoryData<string> RuleNames => [.. Rules.Select(rule => rule.Name)];

    public static TheoryData<string, string> RulesAndProjects
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var rule in Rules)
                foreach (var project in Project.Sources) all.Add(rule.Name, project.Name);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(RulesAndProjects))]
    public void Nothing_banned_is_called(string rule, string project) => Assert.Empty(Find(rule, project));

    /// <summary>Without this the rules could be blind: each must see its own breach.</summary>
    [Theory]
    [MemberData(nameof(RuleNames))]
    public void Each_rule_finds_what_it_bans(string rule)
        => Assert.Contains(Find(rule, "Architecture.Tests"), call => call.Caller == typeof(Offender).FullName);

    [Fact]
    public void Lambdas_and_async_methods_hide_nothing()
        => Assert.Equal(3, Find("clock", "Architecture.Tests").Select(call => call.Member + call.Type).Distinct().Count());

    [Fact]
    public void The_allowed_places_are_used()
    {
        Assert.NotEmpty(Breaches("console", "ModelServer"));
        Assert.NotEmpty(Breaches("reads of the configuration", "ModelServer"));
        Assert.NotEmpty(Breaches("reads of the configuration", "Configuration"));
    }

    private static IEnumerable<Call> Find(string name, string project)
    {
        var allowed = Rules.Single(rule => rule.Name == name).Allowed;
        return Breaches(name, project).Where(call => !allowed.Any(place => IsIn(call.Caller, place, project)));
    }

    private static IEnumerable<Call> Breaches(string name, string project)
    {
        var banned = Rules.Single(rule => rule.Name == name).Banned;
        return CompiledAssembly.Of(project).Calls.Where(call => banned(call));
    }

    private static bool IsIn(string caller, string place, string project)
        => project == place || caller == place || caller.StartsWith(place + ".", StringComparison.Ordinal);

    /// <param name="Name">In the test's name.</param>
    /// <param name="Banned">Which calls.</param>
    /// <param name="Allowed">A project, a namespace or a class where it may be.</param>
    private sealed record Rule(string Name, Predicate<Call> Banned, params string[] Allowed);
}
