using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json.Nodes;
using InferenceServices.Testing;
using Microsoft.AspNetCore.Builder;

namespace InferenceServices.Images.Tests;

/// <summary>Checks configuration and files of the images.</summary>
public sealed class ImageTests
{
    public static TheoryData<string> Names => [.. Tool.Images];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_image_has_labels_and_an_unprivileged_user(string name)
    {
        var config = JsonNode.Parse(await Tool.OutputAsync("podman", "image", "inspect", $"inference-services-{name}"))![0]!["Config"]!;

        Assert.Equal("1654:1654", (string?)config["User"]);
        var variables = config["Env"]!.AsArray().Select(variable => (string?)variable);
        Assert.Contains("ORT_DISABLE_TELEMETRY=1", variables);
        Assert.Contains("DOTNET_EnableDiagnostics=0", variables);
        var labels = config["Labels"]!;
        Assert.Equal($"inference-services-{name}", (string?)labels["org.opencontainers.image.title"]);
        Assert.Equal("Apache-2.0", (string?)labels["org.opencontainers.image.licenses"]);
        Assert.Equal((await Tool.OutputAsync("git", "rev-parse", "HEAD")).Trim(), (string?)labels["org.opencontainers.image.revision"]);
        string[] ports = name switch { "storage-initializer" => [], "ores-legacy" => ["8080/tcp"], _ => ["8080/tcp", "8081/tcp"] };
        Assert.Equal(ports, config["ExposedPorts"]?.AsObject().Select(port => port.Key).Order() ?? Enumerable.Empty<string>());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_image_has_no_shell_no_debugger_and_no_writable_files(string name)
    {
        using var folder = await ExportAsync(name);
        var files = (await Tool.OutputAsync("tar", "--numeric-owner", "-tvf", folder.Below("files.tar"))).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains(files, file => file.Contains(" app/InferenceServices.", StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => file.EndsWith("bin/sh", StringComparison.Ordinal) || file.EndsWith("bin/bash", StringComparison.Ordinal) || file.Contains("libmscordbi", StringComparison.Ordinal));
        // Mode, owner, size, date, time, name.
        var writable = files.Select(file => file.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries)).Where(file => file[0][0] != 'l' && (file[0][8] == 'w' || file[1].StartsWith("1654", StringComparison.Ordinal)));
        Assert.Equal(["tmp/"], writable.Select(file => file[5]));
    }

    // The images omit parts of the framework; a missing assembly fails only when it is loaded.
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Assemblies_of_the_project_and_of_packages_find_their_references(string name)
    {
        using var folder = await ExportAsync(name);
        await Tool.OutputAsync("tar", "-xf", folder.Below("files.tar"), "-C", folder.Path, "app");
        var assemblies = Directory.GetFiles(folder.Below("app"), "*.dll").ToDictionary(path => Path.GetFileNameWithoutExtension(path)!);
        string[] frameworks = [Path.GetDirectoryName(typeof(object).Assembly.Location)!, Path.GetDirectoryName(typeof(WebApplication).Assembly.Location)!];
        var own = assemblies.Where(assembly => !frameworks.Any(framework => File.Exists(Path.Combine(framework, $"{assembly.Key}.dll")))).ToList();

        Assert.Contains(own, assembly => assembly.Key.StartsWith("InferenceServices.", StringComparison.Ordinal));
        var missing = own.SelectMany(assembly => ReferencesOf(assembly.Value), (assembly, reference) => (assembly.Key, reference)).Where(pair => !assemblies.ContainsKey(pair.reference)).ToList();
        Assert.Empty(missing);

        static List<string> ReferencesOf(string path)
        {
            using var file = new PEReader(File.OpenRead(path));
            var metadata = file.GetMetadataReader();
            return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_bill_of_materials_lists_the_packages_of_the_image(string name)
    {
        var bill = JsonNode.Parse(await File.ReadAllTextAsync(Checkout.PathOf($"artifacts/images/sbom/inference-services-{name}.cdx.json")))!;
        var components = bill["components"]!.AsArray().Select(component => (string?)component!["purl"] ?? "").ToList();

        Assert.Equal("CycloneDX", (string?)bill["bomFormat"]);
        Assert.Contains(components, component => component.StartsWith("pkg:deb/debian/libssl3@3.", StringComparison.Ordinal));
        Assert.Contains(components, component => component.StartsWith("pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@10.", StringComparison.OrdinalIgnoreCase));
        var package = name switch { "storage-initializer" => "pkg:nuget/AWSSDK.S3@", "ores-legacy" => "pkg:nuget/Polly", _ => "pkg:nuget/Microsoft.ML.OnnxRuntime" };
        Assert.Contains(components, component => component.StartsWith(package, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(components, component => component.Contains("xunit", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_build_in_another_folder_gives_the_same_image()
    {
        using var copy = await CleanCopy.MakeAsync();
        var build = Tool.Of(Path.Combine(copy.Path, "scripts/images"), "transformer");
        build.WorkingDirectory = copy.Path;

        var (code, output, error) = await Tool.RunAsync(build);

        Assert.True(code == 0, output + error);
        Assert.Equal(Line(Checkout.PathOf("artifacts/images/images.tsv")), Line(Path.Combine(copy.Path, "artifacts/images/images.tsv")));

        static string Line(string path) => File.ReadLines(path).Single(line => line.StartsWith("inference-services-transformer\t", StringComparison.Ordinal));
    }

    /// <summary>Returns all files of an image from <c>files.tar</c>.</summary>
    private static async Task<TemporaryFolder> ExportAsync(string name)
    {
        var folder = new TemporaryFolder();
        var container = (await Tool.OutputAsync("podman", "create", "--pull=never", $"inference-services-{name}")).Trim();
        try
        {
            await Tool.OutputAsync("podman", "export", "--output", folder.Below("files.tar"), container);
        }
        finally
        {
            await Tool.OutputAsync("podman", "rm", container);
        }
        return folder;
    }
}
