using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using InferenceServices.Testing;

namespace InferenceServices.Shipping.Tests.Packages;

/// <summary>The packages that <c>scripts/pack</c> wrote, and their documentation.</summary>
[Collection(nameof(PackageConsumer))]
public sealed partial class PackageTests
{
    public static TheoryData<string> Packages => [
        "Client", "Codecs", "Configuration", "Contracts", "EventGate", "Explanations", "Explanations.AspNetCore", "FastText", "Http", "Inference", "MediaWiki",
        "ModelServer", "Onnx", "ResponseCache", "RevisionFeatures", "Wikitext"];

    private static readonly string Version = XDocument.Load(Checkout.PathOf("Directory.Build.props")).Descendants("Version").Single().Value;

    [Fact]
    public void Every_library_has_a_package()
        => Assert.Equal(
            Packages.Select(row => row.Data),
            Directory.GetFiles(Checkout.PathOf("artifacts/packages"), "*.nupkg").Select(file => Path.GetFileName(file)["InferenceServices.".Length..^$".{Version}.nupkg".Length]).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_has_its_assembly_documentation_licence_and_readme(string name)
    {
        using var package = ZipFile.OpenRead(Checkout.PathOf($"artifacts/packages/InferenceServices.{name}.{Version}.nupkg"));
        var files = package.Entries.Select(entry => entry.FullName).ToList();

        Assert.Contains($"lib/net10.0/InferenceServices.{name}.dll", files);
        Assert.Contains($"lib/net10.0/InferenceServices.{name}.xml", files);
        Assert.Contains("README.md", files);
        using var stream = package.GetEntry($"InferenceServices.{name}.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        Assert.Equal("Apache-2.0", Value("license"));
        Assert.DoesNotContain("Package Description", Value("description"), StringComparison.Ordinal);
        // Sibling libraries share internal types.
        Assert.All(
            metadata.Descendants().Where(element => element.Name.LocalName == "dependency" && ((string?)element.Attribute("id"))!.StartsWith("InferenceServices.", StringComparison.Ordinal)),
            dependency => Assert.Equal($"[{Version}]", (string?)dependency.Attribute("version")));

        string Value(string element) => metadata.Elements().Single(child => child.Name.LocalName == element).Value;
    }

    [Fact]
    public void The_package_of_Configuration_has_the_source_generator()
    {
        using var package = ZipFile.OpenRead(Checkout.PathOf($"artifacts/packages/InferenceServices.Configuration.{Version}.nupkg"));

        Assert.NotNull(package.GetEntry("analyzers/dotnet/cs/InferenceServices.Configuration.Generator.dll"));
    }

    [Fact]
    public void The_code_of_the_documentation_is_that_of_the_service()
    {
        var files = Directory.GetFiles(Checkout.PathOf("tests/PackageConsumer")).Select(File.ReadAllText).ToList();
        var blocks = CodeBlock().Matches(File.ReadAllText(Checkout.PathOf("docs/libraries.md"))).Select(match => match.Groups[1].Value).ToList();

        Assert.Equal(4, blocks.Count);
        Assert.All(blocks, block => Assert.Contains(files, file => file.EndsWith(block, StringComparison.Ordinal)));
    }

    [GeneratedRegex("^```(?:csharp|xml)\n((?:using|<Project).*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
