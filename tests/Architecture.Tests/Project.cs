using System.Xml.Linq;
using InferenceServices.Testing;

namespace InferenceServices.Architecture.Tests;

/// <summary>A project file.</summary>
internal sealed class Project
{
    private readonly XDocument _xml;

    private Project(string path)
    {
        FilePath = Path.GetRelativePath(Checkout.Root, path);
        _xml = XDocument.Load(path);
    }

    /// <summary>Gets the path relative to the root of the source tree.</summary>
    public string FilePath { get; }

    public string Name => Path.GetFileNameWithoutExtension(FilePath);

    /// <summary>Gets the projects of <c>ProjectReference</c>, without source generators.</summary>
    public IEnumerable<string> ProjectReferences => _xml.Descendants("ProjectReference").Where(reference => (string?)reference.Attribute("OutputItemType") != "Analyzer")
        .Select(reference => Path.GetFileNameWithoutExtension((string?)reference.Attribute("Include"))).OfType<string>();

    public IEnumerable<string> PackageReferences => Includes("PackageReference");

    /// <summary>Gets attributes of <c>PackageReference</c> that override the version in <c>Directory.Packages.props</c>.</summary>
    public IEnumerable<string> Versions => VersionsIn(_xml);

    public bool IsExecutable => _xml.Descendants("Import").Any(import => ((string?)import.Attribute("Project"))?.EndsWith("Executable.props", StringComparison.Ordinal) == true)
        || _xml.Descendants("OutputType").Any(type => type.Value == "Exe");

    /// <summary>Whether the project is a source generator.</summary>
    public bool IsSourceGenerator => _xml.Descendants("EnforceExtendedAnalyzerRules").Any();

    /// <summary>The libraries and executables: all projects below <c>src</c> without source generators.</summary>
    public static IReadOnlyList<Project> Sources => [.. In("src").Where(project => !project.IsSourceGenerator)];

    /// <summary>All projects below some folders of the checkout, without <c>tests/PackageConsumer</c>: it is built as in a repository of its own.</summary>
    public static IReadOnlyList<Project> In(params string[] folders)
        => [.. folders.SelectMany(folder => Directory.GetFiles(Path.Combine(Checkout.Root, folder), "*.csproj", SearchOption.AllDirectories))
            .Where(path => Path.GetFileName(path) != "PackageConsumer.csproj").Order(StringComparer.Ordinal).Select(path => new Project(path))];

    public static IEnumerable<string> VersionsIn(XDocument xml)
        => xml.Descendants().Where(element => element.Name.LocalName is "PackageReference")
            .SelectMany(reference => reference.Attributes().Select(attribute => attribute.Name.LocalName)
                .Concat(reference.Elements().Select(element => element.Name.LocalName)))
            .Where(name => name.Contains("Version", StringComparison.Ordinal));

    private IEnumerable<string> Includes(string element)
        => _xml.Descendants(element).Select(reference => (string?)reference.Attribute("Include")).OfType<string>();
}
