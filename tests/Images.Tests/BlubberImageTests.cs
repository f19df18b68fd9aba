using System.Text.Json.Nodes;
using InferenceServices.Testing;
using InferenceServices.Testing.Blubber;

namespace InferenceServices.Images.Tests;

/// <summary>Builds <c>blubber.yaml</c> as a Dockerfile with buildah, on Debian instead of Wikimedia's images.</summary>
public sealed class BlubberImageTests
{
    private static readonly Dictionary<string, string> Bases = new()
    {
        ["docker-registry.wikimedia.org/bookworm"] = "localhost/inference-services-debian",
        ["docker-registry.wikimedia.org/dotnet-sdk-10.0"] = "localhost/inference-services-dotnet-sdk",
    };

    [Fact]
    public async Task Each_production_variant_runs_its_program_as_an_unprivileged_user()
    {
        using var copy = await CleanCopy.MakeAsync();
        foreach (var image in Tool.Images)
        {
            await BuildAsync(copy, image);
            var config = JsonNode.Parse(await Tool.OutputAsync("podman", "image", "inspect", $"blubber-{image}"))![0]!["Config"]!;
            Assert.Equal("900", (string?)config["User"]);
            var help = await Tool.OutputAsync("podman", ["run", "--rm", .. Tool.Confined, $"blubber-{image}", "--help"]);
            Assert.Contains("Usage", help, StringComparison.OrdinalIgnoreCase);
        }

        await using var server = await RunningImage.StartAsync("blubber-transformer", TestData.LangIdModel, "--model_name=langid", "--model_dir=/mnt/models");
        Assert.Equal("ca", (string?)(await server.PostAsync("/v1/models/langid:predict", """{"text":"Això és una prova del servei d'identificació de llengües."}"""))["wikicode"]);
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task The_test_variant_lints_and_tests_the_change()
    {
        using var copy = await CleanCopy.MakeAsync();
        await BuildAsync(copy, "test");

        var (code, output, error) = await Tool.RunAsync(Tool.Of("podman", ["run", "--rm", "--network=host", "--pull=never", .. OfThisMachine(copy), "--env=NPM_CONFIG_USERCONFIG=/npmrc", "blubber-test"]));

        Assert.True(code == 0, output + error);
        Assert.Contains("lint: clean", output, StringComparison.Ordinal);
        Assert.Contains("test: Contracts.Tests", output, StringComparison.Ordinal);
    }

    // Package sources and certificates of this machine; the copies are readable by the users in the images.
    private static List<string> OfThisMachine(CleanCopy copy)
    {
        List<string> volumes = ["--volume=/etc/ssl/certs/ca-certificates.crt:/etc/ssl/certs/ca-certificates.crt:ro"];
        foreach (var (source, target) in ((string, string)[])[(".nuget/NuGet/NuGet.Config", "/NuGet.Config"), (".npmrc", "/npmrc")])
        {
            var path = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), source);
            if (File.Exists(path)) volumes.Add($"--volume={copy.WriteBeside(Path.GetFileName(source), File.ReadAllText(path))}:{target}:ro");
        }
        return volumes;
    }

    private static async Task BuildAsync(CleanCopy copy, string variant)
    {
        var dockerfile = copy.WriteBeside("Dockerfile", Dockerfile.Of(Blubberfile.Parse(await File.ReadAllTextAsync(Path.Combine(copy.Path, "blubber.yaml"))), variant, Bases));
        await Tool.OutputAsync("buildah", ["build", "--isolation=oci", "--network=host", "--layers", "--pull=never", .. OfThisMachine(copy), $"--file={dockerfile}", $"--tag=blubber-{variant}", copy.Path]);
    }
}
