using InferenceServices.Services;
using InferenceServices.Testing;

namespace InferenceServices.Architecture.Tests;

/// <summary>A service is one folder with a fixed cast.</summary>
public sealed class ServiceFolderTests
{
    private static readonly string Services = Path.Combine(Checkout.Root, "src", "Services");

    public static TheoryData<string> ServiceNames => [.. InferenceServiceCatalog.Names];

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void A_service_has_its_folder_with_all_that_belongs_to_it(string service)
    {
        var folder = FolderOf(service);

        Assert.True(File.Exists(Path.Combine(folder, "README.md")), $"{folder} lacks README.md");
        Assert.True(File.Exists(Path.Combine(folder, "service.yaml")), $"{folder} lacks service.yaml");
        Assert.NotEmpty(Directory.GetFiles(folder, "*Tests.cs"));
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Its_values_and_its_readme_call_it_by_its_name(string service)
    {
        Assert.Contains(service, File.ReadAllText(Path.Combine(FolderOf(service), "service.yaml")), StringComparison.Ordinal);
        Assert.Contains($"/v1/models/{service}:predict", File.ReadAllText(Path.Combine(FolderOf(service), "README.md")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void What_it_says_of_itself_is_complete(string service)
    {
        var (_, attribute) = InferenceServiceCatalog.Find(service);

        Assert.EndsWith(".", attribute.Summary, StringComparison.Ordinal);
        Assert.NotNull(attribute.Request);
        Assert.NotNull(attribute.Answer);
    }

    [Fact]
    public void Every_folder_is_that_of_a_service()
        => Assert.Equal(
            InferenceServiceCatalog.Names.Select(FolderOf).Distinct().Order(StringComparer.Ordinal),
            Directory.GetDirectories(Services).Where(folder => Path.GetFileName(folder) is not ("bin" or "obj")).Order(StringComparer.Ordinal));

    private static string FolderOf(string service)
        => Path.Combine(Services, InferenceServiceCatalog.Find(service).Transformer.ImplementationType!.Namespace!["InferenceServices.Services.".Length..].Replace('.', Path.DirectorySeparatorChar));
}
