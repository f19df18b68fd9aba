using InferenceServices.Contracts.Errors;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;
using InferenceServices.Transformer;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>KServe's multi-model serving: MULTI_MODEL_SERVER=true and an agent that downloads the models.</summary>
public sealed class MultiModelServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("not/yet/there")]
    public async Task It_starts_without_models_and_is_ready_and_loads_models_on_request(string directory)
    {
        await using var server = await PredictorServers.StartAsync(_folder.Below(directory), "--multi_model_server");

        (await server.GetAsync("/v2/health/ready")).AssertOk("""{"ready":true}""");
        (await server.GetAsync("/v1/models")).AssertOk("""{"models":[]}""");
        (await server.PostAsync("/v2/repository/index", "{}")).AssertOk("[]");
        (await server.PostAsync("/v2/repository/models/m/load", "{}")).AssertError(404, "model_not_found");

        _folder.Copy("versioned/1", Path.Combine(directory, "m/model.onnx"));
        _folder.Copy("versioned/2", Path.Combine(directory, "7/1/model.onnx"));
        foreach (var name in new[] { "m", "7" }) (await server.PostAsync($"/v2/repository/models/{name}/load", RunningServer.Json("{}"))).AssertOk();

        (await server.PostAsync("/v1/models/m:predict", """{"instances":[1]}""")).AssertOk("""{"predictions":[2]}""");
        (await server.PostAsync("/v1/models/7:predict", """{"instances":[1]}""")).AssertOk("""{"predictions":[3]}""");
        foreach (var name in new[] { "m", "7" }) (await server.PostAsync($"/v2/repository/models/{name}/unload", "{}")).AssertOk();
        (await server.GetAsync("/v2/health/ready")).AssertOk("""{"ready":true}""");
    }

    [Fact]
    public async Task Models_in_the_directory_are_not_loaded_at_start()
    {
        _folder.Copy("versioned/1", "m/model.onnx");
        _folder.Write("broken/model.onnx", "no model");
        await using var server = await PredictorServers.StartAsync(_folder.Path, "--multi_model_server=true");

        (await server.GetAsync("/v2/models/m/ready")).AssertError(404, "model_not_found");
        (await server.PostAsync("/v2/repository/index", """{"ready":true}""")).AssertOk("[]");
    }

    [Fact]
    public async Task A_transformer_does_not_start_as_a_multi_model_server()
        => Assert.Equal(
            "--multi_model_server is for the predictor only; an inference service has one model, which is loaded at start.",
            (await Assert.ThrowsAnyAsync<StartException>(() => RunningServer.StartAsync(TransformerHost.Build, "--model_name=langid", "--multi_model_server"))).Message);
}
