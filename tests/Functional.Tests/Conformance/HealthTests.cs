using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Conformance;

/// <summary>What a program says of itself.</summary>
[Collection(nameof(Executables))]
public sealed class HealthTests(Executables executables)
{
    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable("/", """{"status":"alive"}""")]
    [EachExecutable("/v2/health/live", """{"live":true}""")]
    [EachExecutable("/v2/health/ready", """{"ready":true}""")]
    public async Task It_is_alive_and_ready_in_KServes_words(Executable executable, string path, string body)
        => (await executables.Of(executable).Server.GetAsync(path)).AssertOk(body);

    [Theory(Skip = TestData.LangIdModelMissing, SkipUnless = nameof(TestData.HasLangIdModel), SkipType = typeof(TestData))]
    [EachExecutable]
    public async Task It_says_its_name_its_version_and_the_extensions_it_has(Executable executable)
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
    public async Task What_it_answers_is_not_compressed_or_framed_as_anything_but_json(Executable executable)
    {
        using var response = await executables.Of(executable).Server.Client.GetAsync("/v2");

        Assert.Equal("application/json", response.Content.Headers.NonValidated["Content-Type"].ToString());
        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.NotNull(response.Content.Headers.ContentLength);
    }
}
