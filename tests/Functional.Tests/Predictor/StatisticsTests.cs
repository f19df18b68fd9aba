using System.Text.Json;
using InferenceServices.Functional.Tests.Servers;
using InferenceServices.Testing;

namespace InferenceServices.Functional.Tests.Predictor;

public sealed class StatisticsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = TemporaryFolder.Of();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        foreach (var version in new[] { "1", "2" }) _folder.Copy($"versioned/{version}", $"m/{version}/model.onnx");
        _folder.Copy("versioned/1", "stats/model.onnx");
        _server = await PredictorServers.StartAsync(_folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Requests_of_all_protocols_are_counted_by_model_and_version()
    {
        (await _server.PostAsync("/v1/models/m:predict", """{"instances":[1,2,3]}""")).AssertOk();
        (await _server.PostAsync("/v2/models/m/versions/1/infer", """{"inputs":[{"name":"x","shape":[2],"datatype":"FP32","data":[1,2]}]}""")).AssertOk();
        (await _server.PostAsync("/v2/models/m/infer", """{"inputs":[{"name":"z","shape":[2],"datatype":"FP32","data":[1,2]}]}""")).AssertError(400, "invalid_input");

        var all = await StatisticsAsync("/v2/models/stats");
        var versions = await StatisticsAsync("/v2/models/m/stats");
        var second = Assert.Single(await StatisticsAsync("/v2/models/m/versions/2/stats"));

        Assert.Equal(["m/1", "m/2", "stats/1"], all.Select(NameOf));
        Assert.Equal(["m/1", "m/2"], versions.Select(NameOf));
        Assert.Equal([2, 3, 0], all.Select(one => one.GetProperty("inference_count").GetInt64()));
        Assert.Equal("m/2", NameOf(second));
        Assert.Equal(1, second.GetProperty("execution_count").GetInt64());
        Assert.Equal(1, second.GetProperty("inference_stats").GetProperty("success").GetProperty("count").GetInt64());
        Assert.Equal(0, second.GetProperty("inference_stats").GetProperty("fail").GetProperty("count").GetInt64());
        Assert.True(second.GetProperty("inference_stats").GetProperty("success").GetProperty("ns").GetInt64() > 0);
        Assert.Equal(3, Assert.Single(second.GetProperty("batch_stats").EnumerateArray()).GetProperty("batch_size").GetInt64());
        Assert.InRange(
            DateTimeOffset.FromUnixTimeMilliseconds(second.GetProperty("last_inference").GetInt64()),
            TimeProvider.System.GetUtcNow() - RunningServer.Guard,
            TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task A_model_named_stats_is_served_and_its_version_path_has_its_metadata()
    {
        (await _server.PostAsync("/v1/models/stats:predict", """{"instances":[1]}""")).AssertOk("""{"predictions":[2]}""");
        (await _server.GetAsync("/v2/models/stats/ready")).AssertOk();
        Assert.Equal("stats", (await _server.GetAsync("/v2/models/stats/versions/1")).AssertOk().Json.GetProperty("name").GetString());
        Assert.Equal(["stats/1"], (await StatisticsAsync("/v2/models/stats/stats")).Select(NameOf));
        (await _server.PostAsync("/v2/repository/models/stats/load", "{}")).AssertOk();
    }

    [Theory]
    [InlineData("/v2/models/other/stats", "Model with name other does not exist.")]
    [InlineData("/v2/models/m/versions/3/stats", "Model with name m and version 3 does not exist.")]
    [InlineData("/v2/models/other/config", "Model with name other does not exist.")]
    [InlineData("/v2/models/m/versions/3/config", "Model with name m and version 3 does not exist.")]
    public async Task Statistics_and_configuration_of_unknown_models_are_not_found(string path, string error) => (await _server.GetAsync(path)).AssertError(404, "model_not_found", error);

    [Fact]
    public async Task A_wrong_method_is_405_with_the_allowed_method()
    {
        foreach (var path in new[] { "/v2/models/stats", "/v2/models/m/stats", "/v2/models/m/config" })
            (await _server.PostAsync(path, "{}")).AssertError(405, "method_not_allowed");
        foreach (var path in new[] { "/v2/repository/index", "/v2/repository/models/m/load", "/v2/repository/models/m/unload" })
            (await _server.GetAsync(path)).AssertError(405, "method_not_allowed");
    }

    [Fact]
    public async Task Configuration_agrees_with_metadata_and_has_the_format_of_Triton()
    {
        foreach (var path in new[] { "/v2/models/m/config", "/v2/models/m/versions/1/config" })
        {
            var config = (await _server.GetAsync(path)).AssertOk().Json;
            Assert.Equal(("m", "onnxruntime_onnx", "onnxruntime", 0), (Text("name"), Text("platform"), Text("backend"), config.GetProperty("max_batch_size").GetInt32()));
            var input = Assert.Single(config.GetProperty("input").EnumerateArray());
            Assert.Equal(("x", "TYPE_FP32", "[-1]"), (input.GetProperty("name").GetString(), input.GetProperty("data_type").GetString(), input.GetProperty("dims").GetRawText()));

            string Text(string key) => config.GetProperty(key).GetString()!;
        }
    }

    private static string NameOf(JsonElement model) => $"{model.GetProperty("name").GetString()}/{model.GetProperty("version").GetString()}";

    private async Task<IReadOnlyList<JsonElement>> StatisticsAsync(string path)
        => [.. (await _server.GetAsync(path)).AssertOk().Json.GetProperty("model_stats").EnumerateArray()];
}
