using ArchUnitNET.Fluent.Syntax.Elements.Types;
using ArchUnitNET.xUnitV3;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using static InferenceServices.Architecture.Tests.CompiledAssemblies;

namespace InferenceServices.Architecture.Tests;

/// <summary>The directions of dependencies between projects: references in project files, references and types in assemblies.</summary>
public sealed class DependencyTests
{
    private const string Prefix = "InferenceServices.";

    // The complete list of libraries, each with the libraries that it may reference. A new library is added here.
    private static readonly Dictionary<string, string[]> Libraries = new()
    {
        ["Contracts"] = [],
        ["FastText"] = [],
        ["Onnx"] = [],
        ["Wikitext"] = [],
        ["RevisionFeatures"] = ["Wikitext"],
        ["Configuration"] = [],
        ["MediaWiki"] = ["Configuration", "Contracts", "Http"],
        ["EventGate"] = ["Configuration", "Contracts", "Http"],
        ["Services"] = ["Configuration", "Contracts", "EventGate", "FastText", "MediaWiki", "RevisionFeatures", "Wikitext"],
        ["Codecs"] = ["Contracts"],
        ["Http"] = [],
        ["Client"] = ["Codecs", "Configuration", "Contracts", "Http"],
        ["ResponseCache"] = ["Codecs", "Configuration", "Contracts", "Http"],
        ["ModelServer"] = ["Codecs", "Configuration", "Contracts"],
        ["Explanations"] = ["Contracts", "Onnx"],
        ["Explanations.AspNetCore"] = ["Configuration", "Contracts", "Explanations"],
        ["Inference"] = ["Configuration", "Contracts", "Onnx"],
    };

    // The libraries that see internal types of another library. All other uses go through the public API.
    private static readonly Dictionary<string, string[]> Friends = new()
    {
        // The checks of JSON that PredictRequest.Read makes; the outputs of a model that a response owns; the memory of tensors.
        ["Contracts"] = ["Client", "Codecs", "Inference", "ModelServer"],
        // Codecs and protobuf messages are the implementation of server, client and cache.
        ["Codecs"] = ["Client", "ModelServer", "ResponseCache"],
    };

    public static TheoryData<string> LibraryNames => [.. Libraries.Keys];

    public static TheoryData<string> ExecutableNames => [.. Project.Sources.Where(project => project.IsExecutable).Select(project => project.Name)];

    public static TheoryData<string> SourceNames => [.. Project.Sources.Select(project => project.Name)];

    [Fact]
    public void Every_project_is_a_known_library_or_an_executable()
    {
        Assert.Equal(
            Libraries.Keys.Order(StringComparer.Ordinal),
            Project.Sources.Where(project => !project.IsExecutable).Select(project => project.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["Explainer", "ModelTools", "OresLegacy", "Predictor", "StorageInitializer", "Transformer"],
            Project.Sources.Where(project => project.IsExecutable).Select(project => project.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(LibraryNames))]
    public void A_library_references_only_the_libraries_below_it(string library)
    {
        Assert.Empty(ProjectOf(library).ProjectReferences.Except(Libraries[library]));
        Assert.Empty(SiblingsOf(library).Except(Libraries[library]));
    }

    [Theory]
    [MemberData(nameof(SourceNames))]
    public void Internal_types_are_visible_to_the_listed_libraries_and_to_tests(string project)
        => Assert.Equal(
            Friends.GetValueOrDefault(project, []),
            FriendsOf(project).Where(friend => !friend.EndsWith(".Tests", StringComparison.Ordinal) && friend is not (Prefix + "Benchmarks" or Prefix + "KernelFuzz"))
                .Select(friend => friend[Prefix.Length..]).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(ExecutableNames))]
    public void An_executable_references_libraries_and_no_executable(string executable)
    {
        Assert.Empty(ProjectOf(executable).ProjectReferences.Except(Libraries.Keys));
        Assert.Empty(SiblingsOf(executable).Except(Libraries.Keys));
        // The storage initializer and ores-legacy are independent of the model servers.
        if (executable == "OresLegacy") Assert.Equal(["Configuration", "Contracts", "Http"], SiblingsOf(executable).Order(StringComparer.Ordinal));
        if (executable == "StorageInitializer") Assert.Equal(["Http", "Onnx"], SiblingsOf(executable).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Contracts")]
    [InlineData("FastText")]
    public void The_lowest_libraries_reference_only_the_framework(string library)
    {
        Assert.Empty(ProjectOf(library).PackageReferences.Concat(ProjectOf(library).ProjectReferences));
        Assert.All(ReferencesOf(library), reference => Assert.StartsWith("System.", reference, StringComparison.Ordinal));
    }

    [Fact]
    public void Onnx_references_protobuf_only()
    {
        Assert.Equal(["Google.Protobuf", "Grpc.Tools"], ProjectOf("Onnx").PackageReferences);
        Assert.All(ReferencesOf("Onnx"), reference => Assert.Matches("^(System\\.|Google\\.Protobuf$)", reference));
    }

    [Fact]
    public void Explanations_reference_neither_ASP_NET_Core_nor_dependency_injection()
        => Assert.DoesNotContain(ReferencesOf("Explanations"), reference => reference.StartsWith("Microsoft.", StringComparison.Ordinal));

    [Theory]
    [InlineData("EventGate")]
    [InlineData("MediaWiki")]
    [InlineData("Services")]
    [InlineData("Http")]
    [InlineData("Client")]
    public void Clients_and_services_do_not_use_ASP_NET_Core(string library)
        => TypesOf(library).Should().NotDependOnAny(TypesMatching(@"^Microsoft\.AspNetCore\.")).Check(Loaded);

    [Fact]
    public void Services_do_not_use_HTTP_clients()
        => TypesOf("Services").Should().NotDependOnAny(TypesMatching(@"^System\.Net\.Http\.")).Check(Loaded);

    [Theory]
    [MemberData(nameof(SourceNames))]
    public void Only_Inference_uses_ONNX_Runtime(string project)
    {
        const string Package = "Microsoft.ML.OnnxRuntime";
        if (project != "Inference")
        {
            TypesOf(project).Should().NotDependOnAny(TypesMatching(@"^Microsoft\.ML\.OnnxRuntime")).Check(Loaded);
            Assert.DoesNotContain(Package, ReferencesOf(project));
            return;
        }
        // The rule finds the dependency.
        TypesOf(project).And().DependOnAny(TypesMatching(@"^Microsoft\.ML\.OnnxRuntime")).Should().Exist().Check(Loaded);
        Assert.Contains(Package, ReferencesOf(project));
    }

    [Fact]
    public void Only_the_project_file_of_Inference_references_ONNX_Runtime()
        => Assert.Equal(
            ["Inference"],
            Project.In("src", "tests", "benchmarks").Where(project => project.PackageReferences.Any(package => package.Contains("OnnxRuntime", StringComparison.Ordinal)))
                .Select(project => project.Name));

    [Theory]
    [MemberData(nameof(SourceNames))]
    public void Only_the_model_server_and_ores_legacy_use_HttpContext(string project)
    {
        const string HttpContext = @"^Microsoft\.AspNetCore\.Http\.HttpContext$";
        if (project is "ModelServer" or "OresLegacy") TypesOf(project).And().DependOnAny(TypesMatching(HttpContext)).Should().Exist().Check(Loaded);
        else TypesOf(project).Should().NotDependOnAny(TypesMatching(HttpContext)).Check(Loaded);
    }

    private static Project ProjectOf(string name) => Project.Sources.Single(project => project.Name == name);

    private static IEnumerable<string> SiblingsOf(string project)
        => ReferencesOf(project).Where(reference => reference.StartsWith(Prefix, StringComparison.Ordinal)).Select(reference => reference[Prefix.Length..]);

    private static GivenTypesConjunction TypesMatching(string pattern) => Types(includeReferenced: true).That().HaveFullNameMatching(pattern);
}
