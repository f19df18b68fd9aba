using InferenceServices.Functional.Tests.Servers;

namespace InferenceServices.Functional.Tests.Predictor;

/// <summary>Metadata and versions of models.</summary>
[Collection(nameof(PredictorFixture))]
public sealed class ModelTests(PredictorFixture predictor)
{
    private const string Ones = """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""";

    private readonly RunningServer _server = predictor.Server;

    [Fact]
    public async Task The_models_are_listed_in_loading_order()
        => (await _server.GetAsync("/v1/models")).AssertOk(
            $$"""{"models":[{{string.Join(',', PredictorFixture.ModelNames.Order(StringComparer.Ordinal).Select(name => $"\"{name}\""))}}]}""");

    [Fact]
    public async Task Metadata_are_read_from_the_model_file()
        => (await _server.GetAsync("/v2/models/tree-ensemble")).AssertOk(
            """{"name":"tree-ensemble","versions":["1"],"platform":"onnxruntime_onnx","inputs":[{"name":"x","datatype":"FP32","shape":[-1,4]}],"""
            + "\"outputs\":[{\"name\":\"label\",\"datatype\":\"INT64\",\"shape\":[-1]},"
            + """{"name":"probabilities","datatype":"FP32","shape":[-1,3]}]}""");

    [Fact]
    public async Task The_metadata_of_every_version_list_all_versions()
    {
        var whole = await _server.GetAsync("/v2/models/versioned");
        var first = await _server.GetAsync("/v2/models/versioned/versions/1");

        Assert.Equal(["1", "2"], whole.Json.GetProperty("versions").EnumerateArray().Select(version => version.GetString()));
        Assert.Equal(whole.Body, first.Body);
        foreach (var version in new[] { "1", "2" })
            (await _server.GetAsync($"/v2/models/versioned/versions/{version}/ready")).AssertOk("""{"name":"versioned","ready":true}""");
    }

    [Theory]
    [InlineData("/v2/models/versioned/infer", "2", 3)]
    [InlineData("/v2/models/versioned/versions/1/infer", "1", 2)]
    [InlineData("/v2/models/versioned/versions/2/infer", "2", 3)]
    public async Task The_default_version_is_the_highest(string path, string version, double expected)
    {
        var answer = await _server.PostAsync(path, Ones);

        Assert.Equal((200, version), (answer.Status, answer.Json.GetProperty("model_version").GetString()));
        Assert.Equal(expected, answer.Json.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble());
    }
}
