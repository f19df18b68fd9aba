namespace InferenceServices.Architecture.Tests;

/// <summary>Who may know whom: by what project files say and by what the compiled code names.</summary>
public sealed class DependencyTests
{
    private const string Ours = "InferenceServices.";

    // A library that is not here is not allowed yet: adding one is a decision about direction.
    private static readonly Dictionary<string, string[]> Libraries = new()
    {
        ["Contracts"] = [],
        ["FastText"] = [],
        ["Onnx"] = [],
        ["Wikitext"] = [],
        ["RevisionFeatures"] = ["Wikitext"],
        ["Configuration"] = [],
        ["MediaWiki"] = ["Configuration", "Contracts"],
        ["EventGate"] = ["Configuration", "Contracts"],
        ["Services"] = ["Configuration", "Contracts", "EventGate", "FastText", "MediaWiki", "RevisionFeatures", "Wikitext"],
        ["Codecs"] = ["Contracts"],
        ["Http"] = [],
        ["Client"] = ["Codecs", "Configuration", "Contracts", "Http"],
        ["ResponseCache"] = ["Codecs", "Configuration", "Contracts"],
        ["ModelServer"] = ["Codecs", "Configuration", "Contracts"],
        ["Explanations"] = ["Contracts", "Onnx"],
        ["Explanations.AspNetCore"] = ["Configuration", "Contracts", "Explanations"],
        ["Inference"] = ["Configuration", "Contracts"],
    };

    private static readonly IReadOnlyList<Project> Sources = Project.Sources;

    public static TheoryData<string> LibraryNames => [.. Libraries.Keys];

    public static TheoryData<string> ExecutableNames => [.. Sources.Where(project => project.IsExecutable).Select(project => project.Name)];

    public static TheoryData<string> SourceNames => [.. Sources.Select(project => project.Name)];

    [Fact]
    public void Every_project_is_a_known_library_or_an_executable()
    {
        Assert.Equal(
            Libraries.Keys.Order(StringComparer.Ordinal),
            Sources.Where(project => !project.IsExecutable).Select(project => project.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["Explainer", "ModelTools", "Predictor", "StorageInitializer", "Transformer"],
            Sources.Where(project => project.IsExecutable).Select(project => project.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(LibraryNames))]
    public void A_library_knows_only_the_libraries_below_it(string library)
    {
        Assert.Empty(Sources.Single(project => project.Name == library).ProjectReferences.Except(Libraries[library]));
        Assert.Empty(OurReferences(library).Except(Libraries[library]));
    }

    [Theory]
    [MemberData(nameof(ExecutableNames))]
    public void An_executable_knows_libraries_and_no_other_executable(string executable)
    {
        Assert.Empty(Sources.Single(project => project.Name == executable).ProjectReferences.Except(Libraries.Keys));
        // Bringing models needs nothing of serving them.
        if (executable != "StorageInitializer") Assert.NotEmpty(OurReferences(executable));
        Assert.Empty(OurReferences(executable).Except(Libraries.Keys));
    }

    [Theory]
    [InlineData("Contracts")]
    [InlineData("FastText")]
    public void The_lowest_libraries_know_nothing_but_the_framework(string library)
    {
        var project = Sources.Single(project => project.Name == library);

        Assert.Empty(project.PackageReferences.Concat(project.ProjectReferences));
        Assert.All(CompiledAssembly.Of(library).References, reference => Assert.StartsWith("System.", reference, StringComparison.Ordinal));
    }

    [Fact]
    public void Onnx_references_protobuf_only()
    {
        var project = Sources.Single(project => project.Name == "Onnx");

        Assert.Equal(["Google.Protobuf", "Grpc.Tools"], project.PackageReferences);
        Assert.Empty(project.ProjectReferences);
        Assert.All(CompiledAssembly.Of("Onnx").References, reference => Assert.Matches("^(System\\.|Google\\.Protobuf$)", reference));
    }

    [Fact]
    public void The_engine_knows_tensors_and_no_services()
        => Assert.DoesNotContain(CompiledAssembly.Of("Inference").Types, type => type.StartsWith("InferenceServices.Services.", StringComparison.Ordinal));

    [Theory]
    [InlineData("Microsoft.AspNetCore.")]
    [InlineData("InferenceServices.ModelServer.")]
    [InlineData("InferenceServices.Inference.")]
    [InlineData("System.Net.Http.")]
    public void Services_know_neither_server_nor_engine(string types)
        => Assert.DoesNotContain(CompiledAssembly.Of("Services").Types, type => type.StartsWith(types, StringComparison.Ordinal));

    [Theory]
    [InlineData("EventGate")]
    [InlineData("MediaWiki")]
    public void HTTP_clients_do_not_reference_ASP_NET_Core(string library)
        => Assert.DoesNotContain(CompiledAssembly.Of(library).Types, type => type.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal));

    [Fact]
    public void Explanations_reference_neither_ASP_NET_Core_nor_dependency_injection()
        => Assert.DoesNotContain(CompiledAssembly.Of("Explanations").References, reference => reference.StartsWith("Microsoft.", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(SourceNames))]
    public void Only_the_engine_names_ONNX_Runtime(string project)
    {
        const string Package = "Microsoft.ML.OnnxRuntime";
        var assembly = CompiledAssembly.Of(project);

        // The checker does find it where it is.
        Assert.Equal(project == "Inference", assembly.References.Contains(Package));
        Assert.Equal(project == "Inference", assembly.Types.Any(type => type.StartsWith(Package, StringComparison.Ordinal)));
    }

    [Fact]
    public void Only_the_engines_project_file_names_ONNX_Runtime()
        => Assert.Equal(
            ["Inference"],
            Project.In("src", "tests", "benchmarks").Where(project => project.PackageReferences.Any(package => package.Contains("OnnxRuntime", StringComparison.Ordinal)))
                .Select(project => project.Name));

    [Theory]
    [MemberData(nameof(SourceNames))]
    public void Only_the_model_server_names_HttpContext(string project)
        => Assert.Equal(project == "ModelServer", CompiledAssembly.Of(project).Types.Contains("Microsoft.AspNetCore.Http.HttpContext"));

    private static IEnumerable<string> OurReferences(string project)
        => CompiledAssembly.Of(project).References.Where(reference => reference.StartsWith(Ours, StringComparison.Ordinal)).Select(reference => reference[Ours.Length..]);
}
