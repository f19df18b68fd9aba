using System.Xml.Linq;
using InferenceServices.Testing;

namespace InferenceServices.Architecture.Tests;

/// <summary>Checks the solution and the versions of packages.</summary>
public sealed class BuildFileTests
{
    private static readonly IReadOnlyList<Project> All = Project.In("src", "tests", "benchmarks");

    [Fact]
    public void The_solution_has_every_project()
    {
        var inSolution = File.ReadLines(Path.Combine(Checkout.Root, "InferenceServices.sln"))
            .Where(line => line.Contains(".csproj\"", StringComparison.Ordinal))
            .Select(line => line.Split('"')[5].Replace('\\', '/'));

        Assert.Equal(All.Select(project => project.FilePath).Order(StringComparer.Ordinal), inSolution.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Versions_of_packages_are_in_one_file_only()
    {
        Assert.All(All, project => Assert.Empty(project.Versions));
        Assert.All(
            Directory.GetFiles(Checkout.Root, "*.props")
                .Concat(Directory.GetDirectories(Checkout.Root).Where(folder => Path.GetFileName(folder) != "artifacts").SelectMany(folder => Directory.GetFiles(folder, "*.props", SearchOption.AllDirectories)))
                .Where(path => !path.Contains("/eng/feed/", StringComparison.Ordinal)),
            path => Assert.Empty(Project.VersionsIn(XDocument.Load(path))));
    }

    [Theory]
    [InlineData("""<PackageReference Include="Polly" Version="1.0.0" />""")]
    [InlineData("""<PackageReference Include="Polly" VersionOverride="1.0.0" />""")]
    [InlineData("""<PackageReference Include="Polly"><Version>1.0.0</Version></PackageReference>""")]
    public void A_package_version_in_a_project_file_is_detected(string reference)
        => Assert.Single(Project.VersionsIn(XDocument.Parse($"<Project><ItemGroup>{reference}</ItemGroup></Project>")));

    // The source generator orders several classes at random, which makes builds irreproducible.
    [Fact]
    public void A_library_has_at_most_one_class_of_log_messages()
    {
        var files = Project.In("src").ToDictionary(project => project.Name, project => FilesWithLogMessages(Path.GetDirectoryName(project.FilePath)!));

        Assert.Contains(files.Values, found => found.Count == 1);
        Assert.All(files.Values, found => Assert.True(found.Count <= 1, string.Join(", ", found)));

        static List<string> FilesWithLogMessages(string folder)
            => [.. Directory.GetFiles(Checkout.PathOf(folder), "*.cs", SearchOption.AllDirectories).Where(path => File.ReadAllText(path).Contains("[LoggerMessage(", StringComparison.Ordinal))];
    }

    [Fact]
    public void Each_project_under_src_has_its_tests()
        => Assert.Empty(
            Project.Sources.Where(project => !project.IsExecutable).Select(project => $"{project.Name}.Tests")
                .Except(Project.In("tests").Select(project => project.Name)));
}
