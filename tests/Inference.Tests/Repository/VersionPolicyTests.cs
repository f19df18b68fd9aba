using InferenceServices.Inference.Repository;
using InferenceServices.Testing;

namespace InferenceServices.Inference.Tests.Repository;

public sealed class VersionPolicyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public VersionPolicyTests()
    {
        foreach (var version in new[] { "1", "2", "9", "10" }) _folder.Copy("versioned/1", $"{version}/model.onnx");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("all", "1 2 9 10")]
    [InlineData("", "1 2 9 10")]
    [InlineData("latest", "10")]
    [InlineData("latest:2", "9 10")]
    [InlineData("latest:99", "1 2 9 10")]
    [InlineData("2", "2")]
    [InlineData("9,1", "1 9")]
    public void Versions_are_served_as_the_policy_says(string policy, string served)
        => Assert.Equal(served.Split(' '), Find(policy).Versions.Select(file => file.Version));

    [Fact]
    public void A_listed_version_that_is_not_there_is_missed()
        => Assert.Equal("Model given has no version 3, which should be served; it has 1, 2, 9, 10.", Find("1,3").Failure?.Message);

    [Theory]
    [InlineData("latest:0")]
    [InlineData("latest:")]
    [InlineData("newest")]
    [InlineData("1,")]
    [InlineData("1, 2")]
    [InlineData("-1")]
    public void Any_other_word_is_refused_at_the_start(string policy)
        => Assert.True(new InferenceOptionsValidator().Validate(null, new InferenceOptions { ModelVersions = policy }).Failed);

    private FoundModel Find(string policy)
        => Assert.Single(ModelDiscovery.Find(new InferenceOptions { ModelDir = _folder.Path, ModelName = "given", ModelVersions = policy }));
}
