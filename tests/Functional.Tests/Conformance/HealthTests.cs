using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>Health and metadata of a server.</summary>
[Collection(nameof(Executables))]
public sealed class HealthTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("/", """{"status":"alive"}""")]
    [EachExecutable("/v2/health/live", """{"live":true}""")]
    [EachExecutable("/v2/health/ready", """{"ready":true}""")]
    public async Task Liveness_and_readiness_have_the_bodies_of_KServe(Executable executable, string path, string body)
        => (await executables.Of(executable).Server.GetAsync(path)).AssertOk(body);

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Server_metadata_have_name_version_and_extensions(Executable executable)
    {
        var server = (await executables.Of(executable).Server.GetAsync("/v2")).AssertOk().Json;

        Assert.Equal(["name", "version", "extensions"], server.EnumerateObject().Select(field => field.Name));
        Assert.Equal("inference-services", server.GetProperty("name").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+$", server.GetProperty("version").GetString());
        string[] common = ["binary_tensor_data", "parameters", "model_configuration"];
        Assert.Equal(
            executable == Executable.Predictor ? [.. common, "classification", "model_repository", "statistics"] : common,
            server.GetProperty("extensions").EnumerateArray().Select(extension => extension.GetString()));
    }

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task Health_responses_are_uncompressed_json(Executable executable)
    {
        using var response = await executables.Of(executable).Server.Client.GetAsync("/v2");

        Assert.Equal("application/json", response.Content.Headers.NonValidated["Content-Type"].ToString());
        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.NotNull(response.Content.Headers.ContentLength);
    }
}
