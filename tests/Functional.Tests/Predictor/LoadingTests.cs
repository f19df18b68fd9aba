using System.Text.Json.Nodes;
using InferenceServices.Codecs.Grpc.Messages;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>Names, layouts and failures of models as clients and operators see them.</summary>
public sealed class LoadingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_unavailable_and_the_others_serve()
    {
        _folder.Copy("versioned/1", "good/model.onnx");
        _folder.Write("pointer/model.onnx", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n");
        _folder.Copy("huge-input", "huge/model.onnx");
        await using var server = await PredictorServers.StartAsync(_folder.Path, "--exit_on_model_error=false");

        var index = JsonNode.Parse((await server.PostAsync("/v2/repository/index", "{}")).AssertOk().Body)!.AsArray();

        Assert.Equal(["READY", "UNAVAILABLE", "UNAVAILABLE"], index.Select(entry => entry!["state"]!.GetValue<string>()));
        Assert.Contains("input 'x' has shape [600000000]", index[1]!["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("the file is a Git LFS pointer; run git lfs pull", index[2]!["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        (await server.PostAsync("/v1/models/good:predict", """{"instances":[1]}""")).AssertOk("""{"predictions":[2]}""");
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("pipe")]
    [InlineData("device")]
    [InlineData("link out of the directory")]
    [InlineData("directory")]
    [InlineData("truncated")]
    public async Task Weights_that_cannot_be_read_fail_the_load_of_their_model_only(string weights)
    {
        _folder.Copy("versioned/1", "good/model.onnx");
        _folder.Copy("external", "external/model.onnx");
        var file = _folder.Below("external/weights.bin");
        switch (weights)
        {
            case "pipe": TemporaryFolder.CreatePipe(file); break;
            case "device": File.CreateSymbolicLink(file, "/dev/zero"); break;
            case "link out of the directory": File.CreateSymbolicLink(file, "/etc/passwd"); break;
            case "directory": Directory.CreateDirectory(file); break;
            case "truncated": await File.WriteAllTextAsync(file, "abc"); break;
        }
        await using var server = await PredictorServers.StartAsync(_folder.Path, "--exit_on_model_error=false", "--model_load_timeout_seconds=60");

        var index = JsonNode.Parse((await server.PostAsync("/v2/repository/index", "{}")).AssertOk().Body)!.AsArray();

        Assert.Equal(["UNAVAILABLE", "READY"], index.Select(entry => entry!["state"]!.GetValue<string>()));
        Assert.True(index[0]!["reason"]!.GetValue<string>().Contains("external/model.onnx cannot be loaded: ", StringComparison.Ordinal), weights);
        (await server.PostAsync("/v1/models/good:predict", """{"instances":[1]}""")).AssertOk("""{"predictions":[2]}""");
    }

    [Fact]
    public async Task A_load_that_never_ends_is_503_at_its_limit_and_other_models_load_meanwhile()
    {
        _folder.Copy("endless", "endless/model.onnx");
        _folder.Copy("versioned/1", "m/model.onnx");
        await using var server = await PredictorServers.StartAsync(_folder.Path, "--multi_model_server=true", "--model_load_timeout_seconds=20");
        var hanging = server.PostAsync("/v2/repository/models/endless/load", "{}");

        (await server.PostAsync("/v2/repository/models/m/load", "{}")).AssertOk();
        (await server.PostAsync("/v2/repository/models/m/unload", "{}")).AssertOk();
        Assert.False(hanging.IsCompleted);

        (await hanging).AssertError(503, "model_not_ready");
    }

    [Fact]
    public async Task A_single_model_of_Triton_answers_to_model_name_with_the_policy_of_its_configuration()
    {
        foreach (var version in new[] { "1", "2", "3" }) _folder.Copy("versioned/1", $"resnet/{version}/model.onnx");
        _folder.Write("resnet/config.pbtxt", "name: \"resnet\"\nversion_policy: { latest { num_versions: 2 } }\n");
        await using var server = await PredictorServers.StartAsync(_folder.Path, "--model_name=given");

        (await server.GetAsync("/v1/models")).AssertOk("""{"models":["given"]}""");
        Assert.Equal("""{"latest":{"num_versions":2}}""", JsonNode.Parse((await server.GetAsync("/v2/models/given/config")).AssertOk().Body)!["version_policy"]!.ToJsonString());
        Assert.Equal(2u, (await server.Grpc.ModelConfigAsync(new ModelConfigRequest { Name = "given" })).Config.VersionPolicy.Latest.NumVersions);
    }

    [Theory]
    [InlineData("1,2", """{"specific":{"versions":[1,2]}}""")]
    [InlineData("latest", """{"latest":{"num_versions":1}}""")]
    [InlineData("all", """{"all":{}}""")]
    public async Task The_configuration_reports_the_version_policy(string versions, string expected)
    {
        await using var server = await PredictorServers.StartModelAsync("versioned", $"--model_versions={versions}");

        Assert.Equal(expected, JsonNode.Parse((await server.GetAsync("/v2/models/versioned/config")).AssertOk().Body)!["version_policy"]!.ToJsonString());
    }

    [Fact]
    public async Task The_API_description_is_generated_once_for_each_set_of_models()
    {
        _folder.Copy("versioned/1", "a/model.onnx");
        await using var server = await PredictorServers.StartAsync(_folder.Path, "--model_name=model");
        var first = (await server.GetAsync("/openapi.json")).AssertOk().Body;
        _folder.Copy("versioned/1", "b/model.onnx");

        Assert.Equal(first, (await server.GetAsync("/openapi.json")).AssertOk().Body);
        (await server.PostAsync("/v2/repository/models/b/load", "{}")).AssertOk();

        Assert.Contains("/v2/models/b/infer", (await server.GetAsync("/openapi.json")).AssertOk().Body, StringComparison.Ordinal);
        (await server.PostAsync("/v2/repository/models/b/unload", "{}")).AssertOk();
        Assert.Equal(first, (await server.GetAsync("/openapi.json")).AssertOk().Body);
    }

    [Fact]
    public async Task Strings_are_normalized_on_a_system_without_locales()
    {
        await using var server = await PredictorServers.StartModelAsync("string-normalizer");

        (await server.PostAsync("/v1/models/string-normalizer:predict", """{"instances":["ÄRGER","ПРИВЕТ"]}""")).AssertOk("""{"predictions":["ärger","привет"]}""");
    }
}
