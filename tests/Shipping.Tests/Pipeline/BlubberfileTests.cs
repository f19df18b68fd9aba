using InferenceServices.Testing;
using InferenceServices.Testing.Blubber;
using YamlDotNet.Core;

namespace InferenceServices.Shipping.Tests.Pipeline;

/// <summary>Validates <c>blubber.yaml</c>.</summary>
public sealed class BlubberfileTests
{
    private const string Small = """
        version: v4
        base: debian:12
        lives: {in: /srv/app}
        variants:
          tools: {apt: {packages: [git]}, runs: {environment: {A: "1", B: "1"}}}
          build: {includes: [tools], builder: {requirements: [src/], command: [make, out]}}
          run: {includes: [tools], apt: {packages: [curl]}, runs: {environment: {B: "2"}}, copies: [{from: build, source: /srv/app/out, destination: .}], entrypoint: [./app]}
        """;

    private static readonly string Text = File.ReadAllText(Checkout.PathOf("blubber.yaml"));

    [Fact(Skip = Schemas.Missing, SkipUnless = nameof(Schemas.IsPresent), SkipType = typeof(Schemas))]
    public async Task The_file_is_valid_by_Blubbers_schema()
    {
        var schema = await Schemas.ReadAsync("blubber.v4");

        Assert.Empty(schema.Problems(YamlTokens.Parse(Text).Single()));
        Assert.NotEmpty(schema.Problems(YamlTokens.Parse(Text.Replace("entrypoint: [./InferenceServices.Predictor]", "entrypoint: {a: b}", StringComparison.Ordinal)).Single()));
        Assert.NotEmpty(schema.Problems(YamlTokens.Parse(Text.Replace("{packages: [ca-certificates, libssl3", "{packages: [{}, libssl3", StringComparison.Ordinal)).Single()));
    }

    [Fact]
    public void The_file_follows_rules_beyond_the_schema()
        => Assert.Empty(Blubberfile.Parse(Text).Problems(Exists));

    [Fact]
    public void Each_image_is_a_variant_that_runs_its_program_as_an_unprivileged_user()
    {
        var file = Blubberfile.Parse(Text);
        Assert.All((string[])["predictor", "transformer", "explainer", "storage-initializer", "ores-legacy"], name =>
        {
            var variant = file.Effective(name);
            Assert.NotEqual(true, variant.Runs.Insecurely);
            Assert.Equal("1", variant.Runs.Environment["ORT_DISABLE_TELEMETRY"]);
            var program = string.Concat(name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
            Assert.Equal([$"./InferenceServices.{program}"], variant.Entrypoint);
            Assert.Equal($"/srv/inference-services/out/{program}/", Assert.Single(variant.Copies).Source);
            Assert.Contains(program, File.ReadAllText(Checkout.PathOf(file.Effective("build").Builder!.Command[0])), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_test_variant_calls_scripts_that_exist()
    {
        var entrypoint = Blubberfile.Parse(Text).Effective("test").Entrypoint!;

        Assert.Equal([".pipeline/run-tests", "ci-lint", "ci-unit"], entrypoint);
        Assert.True(Exists(entrypoint[0]));
        Assert.All(entrypoint[1..], step => Assert.True(Exists($"scripts/{step}")));
    }

    [Theory]
    [InlineData("version: v4", "version: v3", "version should be v4, got 'v3'")]
    [InlineData("includes: [tools], builder", "includes: [toolz], builder", "build refers to toolz, which is not a variant")]
    [InlineData("from: build", "from: biuld", "run refers to biuld, which is not a variant")]
    [InlineData("[src/]", "[source/]", "build copies source/, which does not exist")]
    [InlineData("  build: {includes: [tools]", "  build: {includes: [run]", "build copies from build")]
    [InlineData("  tools: {", "  tools: {includes: [build], ", "tools includes build includes tools")]
    [InlineData("base: debian:12", "entrypoint: [x]", "run has no base")]
    [InlineData("in: /srv/app", "in: srv/app", "run: lives.in should be an absolute path below the root, got 'srv/app'")]
    [InlineData("  tools: {", "  '-': {}\n  tools: {", "- is not a valid variant name")]
    public void Errors_are_reported(string right, string wrong, string problem)
    {
        Assert.Empty(Blubberfile.Parse(Small).Problems(Exists));

        Assert.Contains(problem, Blubberfile.Parse(Small.Replace(right, wrong, StringComparison.Ordinal)).Problems(Exists));
    }

    [Theory]
    [InlineData("packages: [git]", "package: [git]")]
    [InlineData("entrypoint:", "entry-point:")]
    [InlineData("base:", "bogus: 1\nbase:")]
    [InlineData("base:", "version: v4\nbase:")]
    [InlineData("copies: [{from: build, source: /srv/app/out, destination: .}]", "copies: [build]")]
    public void An_unknown_or_duplicate_key_is_rejected(string right, string wrong)
        => Assert.ThrowsAny<YamlException>(() => Blubberfile.Parse(Small.Replace(right, wrong, StringComparison.Ordinal)));

    [Fact]
    public void A_variant_merges_its_includes()
    {
        var run = Blubberfile.Parse(Small).Effective("run");

        Assert.Equal(["git", "curl"], run.Apt.Packages);
        Assert.Equal([("A", "1"), ("B", "2")], run.Runs.Environment.Select(variable => (variable.Key, variable.Value)));
        Assert.Null(run.Builder);
    }

    [Fact]
    public void In_the_Dockerfile_root_installs_the_owner_builds_and_another_user_runs()
    {
        var lines = Dockerfile.Of(Blubberfile.Parse(Small), "run", new Dictionary<string, string> { ["debian"] = "localhost/debian" }).Split('\n');

        Assert.Equal(["FROM localhost/debian AS build", "FROM localhost/debian AS run"], lines.Where(line => line.StartsWith("FROM", StringComparison.Ordinal)));
        Assert.Equal(
            [
                "USER 0",
                """RUN apt-get update && apt-get install -y "git" "curl" && rm -rf /var/lib/apt/lists/*""",
                "USER 65533",
                """COPY --from=build --chown=65533:65533 ["/srv/app/out","."]""",
                "USER 900",
                """ENTRYPOINT ["./app"]""",
            ],
            lines[Array.IndexOf(lines, "FROM localhost/debian AS run")..].Where(line => line.Split(' ')[0] is "USER" or "COPY" or "ENTRYPOINT" || line.StartsWith("RUN apt", StringComparison.Ordinal)));
        Assert.Contains("""COPY --chown=65533:65533 ["src/","src/"]""", lines);
        Assert.Contains("""RUN make "out" """.TrimEnd(), lines);
    }

    private static bool Exists(string path) => Path.Exists(Checkout.PathOf(path));
}
