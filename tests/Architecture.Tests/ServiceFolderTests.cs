using InferenceServices.Services;
using InferenceServices.Testing;

namespace InferenceServices.Architecture.Tests;

/// <summary>Each service has one folder with the same kinds of files.</summary>
public sealed class ServiceFolderTests
{
    private static readonly string Services = Path.Combine(Checkout.Root, "src", "Services");

    public static TheoryData<string> ServiceNames => [.. InferenceServiceCatalog.Names];

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void A_service_folder_has_all_required_files(string service)
    {
        var folder = FolderOf(service);

        Assert.True(File.Exists(Path.Combine(folder, "README.md")), $"{folder} lacks README.md");
        Assert.True(File.Exists(Path.Combine(folder, "service.yaml")), $"{folder} lacks service.yaml");
        Assert.NotEmpty(Directory.GetFiles(folder, "*Tests.cs"));
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Values_and_readme_have_the_name_of_the_service(string service)
    {
        Assert.Contains(service, File.ReadAllText(Path.Combine(FolderOf(service), "service.yaml")), StringComparison.Ordinal);
        Assert.Contains($"/v1/models/{service}:predict", File.ReadAllText(Path.Combine(FolderOf(service), "README.md")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void The_metadata_of_a_service_are_complete(string service)
    {
        var (_, attribute) = InferenceServiceCatalog.Find(service);

        Assert.EndsWith(".", attribute.Summary, StringComparison.Ordinal);
        Assert.NotNull(attribute.Request);
        Assert.NotNull(attribute.Answer);
    }

    [Fact]
    public void Every_folder_belongs_to_a_service()
        => Assert.Equal(
            InferenceServiceCatalog.Names.Select(FolderOf).Distinct().Order(StringComparer.Ordinal),
            Directory.GetDirectories(Services).Where(folder => Path.GetFileName(folder) is not ("bin" or "obj")).Order(StringComparer.Ordinal));

    private static string FolderOf(string service)
        => Path.Combine(Services, InferenceServiceCatalog.Find(service).Transformer.ImplementationType!.Namespace!["InferenceServices.Services.".Length..].Replace('.', Path.DirectorySeparatorChar));
}
