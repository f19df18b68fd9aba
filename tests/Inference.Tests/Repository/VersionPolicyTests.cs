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
    public void The_policy_selects_the_served_versions(string policy, string served)
        => Assert.Equal(served.Split(' '), Find(policy).Versions.Select(file => file.Version));

    [Fact]
    public void A_missing_listed_version_is_an_error()
        => Assert.Equal("Model given has no version 3, which should be served; it has 1, 2, 9, 10.", Find("1,3").Failure?.Message);

    [Fact]
    public void A_models_policy_overrides_the_servers_policy()
    {
        _folder.Write("model-settings.json", """{"parameters": {"versions": "latest:2"}}""");

        Assert.Equal(["9", "10"], Find("all").Versions.Select(file => file.Version));
    }

    [Fact]
    public void An_invalid_policy_is_a_failure_that_names_the_settings_file()
    {
        _folder.Write("model-settings.json", """{"parameters": {"versions": "newest"}}""");

        Assert.Equal($"{Path.Combine(_folder.Path, "model-settings.json")}: parameters.versions should be {VersionPolicy.Expected}, got 'newest'.", Find("all").Failure?.Message);
    }

    [Fact]
    public void Common_settings_apply_to_versions_without_settings()
    {
        _folder.Write("model-settings.json", """{"name": "own", "max_batch_size": 4}""");
        _folder.Write("9/model-settings.json", """{"max_batch_size": 7}""");

        var found = Find("1,9");

        Assert.Equal("own", found.Name);
        Assert.Equal([4, 7], found.Versions.Select(file => file.Settings.MaxBatchSize));
    }

    [Fact]
    public void A_changed_policy_changes_the_fingerprint()
    {
        var before = Find("all").ReadFingerprint();
        _folder.Write("model-settings.json", """{"parameters": {"versions": "latest"}}""");

        Assert.NotEqual(before, Find("all").ReadFingerprint());
    }

    [Theory]
    [InlineData("latest:0")]
    [InlineData("latest:")]
    [InlineData("newest")]
    [InlineData("1,")]
    [InlineData("1, 2")]
    [InlineData("-1")]
    public void An_invalid_policy_option_is_rejected_at_start(string policy)
        => Assert.True(new InferenceOptionsValidator().Validate(null, new InferenceOptions { ModelVersions = policy }).Failed);

    private DiscoveredModel Find(string policy)
        => Assert.Single(ModelDiscovery.Find(new InferenceOptions { ModelDir = _folder.Path, ModelName = "given", ModelVersions = policy }));
}
